import { createFakeClock } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { createRoadHealth, type Health } from './road-health.ts';

function begin() {
  const clock = createFakeClock();
  const told: Health[] = [];
  const health = createRoadHealth(clock, (state) => told.push(state));
  health.begin();
  return { clock, health, told };
}

describe('the health of a road', () => {
  it('waits 5 s for a connection, at first and whenever it drops', async () => {
    const { clock, health, told } = begin();
    await clock.advance(4_999);
    health.up();
    await clock.advance(60_000);
    health.down();
    await clock.advance(4_999);
    health.up();
    expect(told).toEqual([]);
    health.down();
    await clock.advance(4_999);
    expect(health.state).toBe('healthy');
    await clock.advance(1);
    expect(health.state).toBe('unhealthy');
  });

  it('is lost with one silence or two failures in a row, not with two that an answer parts', () => {
    const silent = begin();
    silent.health.up();
    silent.health.heard('unanswered');
    expect(silent.told).toEqual(['unhealthy']);
    const failing = begin();
    failing.health.up();
    for (const answer of ['failed', 'answered', 'failed'] as const) failing.health.heard(answer);
    expect(failing.told).toEqual([]);
    failing.health.heard('failed');
    expect(failing.told).toEqual(['unhealthy']);
  });

  it('returns after 60 s up without trouble, and any trouble begins the minute anew', async () => {
    const { clock, health, told } = begin();
    await clock.advance(5_000);
    await clock.advance(300_000);
    health.up();
    await clock.advance(59_000);
    health.heard('failed');
    await clock.advance(59_000);
    health.down();
    await clock.advance(59_000);
    health.up();
    health.heard('answered');
    await clock.advance(59_999);
    expect(health.state).toBe('unhealthy');
    await clock.advance(1);
    expect(told).toEqual(['unhealthy', 'healthy']);
    // What failed before does not count any more.
    health.heard('failed');
    expect(health.state).toBe('healthy');
  });

  it('leaves no timer behind', async () => {
    const { clock, health, told } = begin();
    health.end();
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(told).toEqual([]);
  });
});
