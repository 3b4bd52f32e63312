import { describe, expect, it } from 'vitest';
import { durableCount, readQuorum } from './members.ts';

describe('how many of a swarm count', () => {
  it('is 5 of 7, a majority of fewer, and 5/7 of more', () => {
    const durable = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14].map(durableCount);
    expect(durable).toEqual([1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 10]);
  });

  it('leaves no read quorum without a member that has what is durable', () => {
    for (let members = 1; members <= 40; members++) {
      expect(durableCount(members) + readQuorum(members)).toBeGreaterThan(members);
      expect(readQuorum(members)).toBeGreaterThanOrEqual(1);
    }
    expect(readQuorum(7)).toBe(3);
  });
});
