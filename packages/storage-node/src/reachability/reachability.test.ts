import { randomBytes } from '@sotto/crypto';
import type { DirectoryNode } from '@sotto/directory';
import { describe, expect, it } from 'vitest';
import { TEST_PACE } from '../constants.ts';
import { Reachability } from './reachability.ts';

const MINUTE = 60_000;

function nodes(count: number): readonly DirectoryNode[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ ip: `127.0.0.${index + 1}`, httpsPort: 1, omqPort: 0, swarm: 0n },
    ...{ ed25519: randomBytes(32), x25519: randomBytes(32) },
  }));
}

/** A clock, and chance that is always the middle: pauses of exactly the mean's order, the middle node. */
function world(random = () => 0.5) {
  const clock = { now: 1_000_000 };
  const reachability = new Reachability({ now: () => clock.now, random });
  return { clock, reachability };
}

describe('tests of other nodes', () => {
  it('take one at random about every ten seconds', () => {
    const { clock, reachability } = world(Math.random);
    const others = nodes(10);
    const tested = new Map<DirectoryNode, number>();
    const end = clock.now + 4 * 60 * MINUTE;
    let count = 0;
    while (clock.now < end) {
      clock.now += 1000;
      for (const node of reachability.due(others)) {
        reachability.took(node, true);
        tested.set(node, (tested.get(node) ?? 0) + 1);
        count += 1;
      }
    }
    // Looked at once a second, so half a second late.
    const mean = (4 * 3600) / count;
    expect(mean).toBeGreaterThan(9.5);
    expect(mean).toBeLessThan(11.5);
    expect(tested.size).toBe(10);
  });

  it('come again after ten seconds for each failure, and never later than two minutes', () => {
    const { clock, reachability } = world();
    const [node] = nodes(1) as readonly [DirectoryNode];
    const pauses: number[] = [];
    for (let failures = 0; failures < 15; failures++) {
      const before = clock.now;
      while (reachability.due([node]).length === 0) clock.now += 1000;
      pauses.push(clock.now - before);
      reachability.took(node, false);
    }
    expect(pauses.slice(1, 4).every((pause) => pause <= 30_000)).toBe(true);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(TEST_PACE.longest);
  });

  it('take four failing ones at a time, and none that is under way', () => {
    const { clock, reachability } = world();
    const others = nodes(9);
    for (const node of others) reachability.took(node, false);
    clock.now += TEST_PACE.again;
    const first = reachability.due(others);
    expect(first.length).toBeGreaterThanOrEqual(4);
    expect(first.length).toBeLessThanOrEqual(5);
    const second = reachability.due(others);
    expect(second.some((node) => first.includes(node))).toBe(false);
  });

  it('find a node unreachable after an hour of failures in a row', () => {
    const { clock, reachability } = world();
    const others = nodes(4);
    const [node] = others as readonly [DirectoryNode];
    reachability.took(node, false);
    clock.now += TEST_PACE.unreachable - 1;
    reachability.took(node, false);
    expect(reachability.unreachable(others)).toEqual([]);
    clock.now += 1;
    expect(reachability.unreachable(others)).toEqual([node]);
    reachability.took(node, true);
    expect(reachability.unreachable(others)).toEqual([]);
  });

  it('blame nobody while more than half fail, which is this node cut off', () => {
    const { clock, reachability } = world();
    const others = nodes(4);
    for (const node of others.slice(0, 3)) reachability.took(node, false);
    clock.now += TEST_PACE.unreachable;
    expect(reachability.unreachable(others)).toEqual([]);
    const [third] = others.slice(2) as [DirectoryNode];
    reachability.took(third, true);
    expect(reachability.unreachable(others)).toHaveLength(2);
  });

  it('remember nobody who has left', () => {
    const { reachability } = world();
    const [one, other] = nodes(2) as readonly [DirectoryNode, DirectoryNode];
    for (const node of [one, other]) reachability.took(node, false);
    reachability.keepOnly([one]);
    expect(reachability.of(one).failures).toBe(1);
    expect(reachability.of(other).failures).toBe(0);
  });
});
