import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SYNC } from '../constants.ts';
import { createEvents } from '../events.ts';
import { CatchUp } from './catch-up.ts';
import type { RoundOutcome, RoundReport } from './pull-round.ts';

const MEMBERS = ['one', 'two', 'three', 'four'];
let asked: string[];
let answers: Map<string, RoundOutcome>;
let open: (() => void)[];
let held: boolean;
let catchUp: CatchUp;
let members: readonly string[];
const events = createEvents(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = new Map();
  open = [];
  held = false;
  members = MEMBERS;
  catchUp = new CatchUp({
    members: () => members,
    pull: (member) => {
      asked.push(member);
      const report: RoundReport = { outcome: answers.get(member) ?? 'same', kept: 0 };
      return held ? new Promise((resolve) => open.push(() => resolve(report))) : Promise.resolve(report);
    },
    events,
    now: () => Date.now(),
  });
});
afterEach(async () => {
  for (const end of open) end();
  await catchUp.stop();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('catching up', () => {
  it('asks a member that shows itself at once, and a random one every few seconds', async () => {
    catchUp.arrived('two');
    await settle();
    expect(asked).toEqual(['two']);
    await vi.advanceTimersByTimeAsync(40 * SYNC.interval);
    expect(asked.length).toBeGreaterThan(25);
    expect(asked.length).toBeLessThan(60);
    expect(new Set(asked)).toEqual(new Set(MEMBERS));
  });

  it('holds few rounds at once, one with each member, and forgets nobody', async () => {
    held = true;
    for (const member of MEMBERS) catchUp.arrived(member);
    catchUp.arrived('one');
    await settle();
    expect(asked).toEqual(['one', 'two']);
    open.shift()?.();
    await settle();
    expect(asked).toEqual(['one', 'two', 'three']);
    open.shift()?.();
    open.shift()?.();
    await settle();
    expect(asked).toEqual(['one', 'two', 'three', 'four', 'one']);
  });

  it('does not ask again for a link that the other side opens as well', async () => {
    catchUp.arrived('one');
    await settle();
    catchUp.arrived('one');
    await settle();
    expect(asked).toEqual(['one']);
    await vi.advanceTimersByTimeAsync(SYNC.again);
    catchUp.arrived('one');
    await settle();
    expect(asked).toEqual(['one', 'one']);
  });

  it('goes on at once with a member that has more', async () => {
    answers.set('one', 'more');
    held = true;
    catchUp.arrived('one');
    await settle();
    open.shift()?.();
    await settle();
    expect(asked).toEqual(['one', 'one']);
  });

  it('leaves alone who lied or wasted a round, longer each time, and nobody else', async () => {
    members = ['one'];
    answers.set('one', 'lied');
    catchUp.arrived('one');
    await vi.advanceTimersByTimeAsync(SYNC.leaveAlone.first - 1);
    catchUp.arrived('one');
    await settle();
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    catchUp.arrived('one');
    await vi.advanceTimersByTimeAsync(2 * SYNC.leaveAlone.first - 1);
    expect(asked).toHaveLength(2);
    expect(events.totals()['sync-lied']).toBe(2);
    answers.set('one', 'unreachable');
    await vi.advanceTimersByTimeAsync(10 * SYNC.interval);
    expect(asked.length).toBeGreaterThan(5);
  });

  it('asks nobody who has left the swarm, or after its end', async () => {
    held = true;
    for (const member of ['one', 'two', 'three']) catchUp.arrived(member);
    await settle();
    members = ['one', 'two'];
    for (const end of open.splice(0)) end();
    await settle();
    expect(asked).toEqual(['one', 'two']);
    await catchUp.stop();
    catchUp.arrived('one');
    await vi.advanceTimersByTimeAsync(5 * SYNC.interval);
    expect(asked).toEqual(['one', 'two']);
  });
});
