import { swarmsOf } from '@sotto/directory';
import { describe, expect, it } from 'vitest';
import {
  countHops,
  countMailboxes,
  expectedCapture,
  seededBytes,
  shareCaptured,
  simulateNetwork,
  spread,
} from './simulated-network.ts';

/** Seeds are fixed: a run differs from another only when the code does. */
describe('a simulated network', () => {
  const random = seededBytes(20);
  const nodes = simulateNetwork(100, random);

  it('chooses each node equally often for each place of a path', () => {
    const users = 2_000;
    const { places } = countHops(nodes, users, random);
    const expected = nodes.map(() => users / nodes.length);
    for (const counts of places) {
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(users);
      expect(Math.abs(spread(counts, expected))).toBeLessThan(3);
    }
  });

  it('tells a choice that prefers some', () => {
    const users = 2_000;
    const preferring = (length: number) => {
      const bytes = random(length);
      // A tenth of all draws fall among the first.
      if (length === 4 && (bytes[3] ?? 0) < 26) bytes.fill(0, 0, 4);
      return bytes;
    };
    const { places } = countHops(nodes, users, preferring);
    const expected = nodes.map(() => users / nodes.length);
    for (const counts of places) expect(spread(counts, expected)).toBeGreaterThan(6);
  });

  it('keeps in each swarm what its part of the ring says, of a network of 2,000', () => {
    const large = simulateNetwork(2_000, random);
    expect(swarmsOf({ nodes: large }).length).toBe(Math.floor(2_000 / 7));
    const { counts, expected } = countMailboxes(large, 20_000, random);
    expect(expected.reduce((sum, count) => sum + count, 0)).toBeCloseTo(20_000, 3);
    expect(Math.abs(spread(counts, expected))).toBeLessThan(3);
  });

  it('gives an adversary the users that the arithmetic gives him', () => {
    const users = 300;
    for (const share of [0.1, 0.3]) {
      const bad = nodes.length * share;
      const seen = shareCaptured({ nodes, bad, users, rotations: 6, random });
      const expected = expectedCapture(share, 6);
      const deviation = Math.sqrt((expected * (1 - expected)) / users);
      expect(Math.abs(seen - expected)).toBeLessThan(3 * deviation);
    }
  });
});
