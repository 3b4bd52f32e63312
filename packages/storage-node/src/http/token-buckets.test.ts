import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

const terms = { size: 3, perSecond: 2, clients: 2 };

describe('a rate limit', () => {
  it('lets so many through at once and so many each second, for each address', () => {
    const buckets = new TokenBuckets(terms);
    const take = (key: string, now: number, times: number) =>
      Array.from({ length: times }, () => buckets.take(key, now)).filter(Boolean).length;
    expect(take('a', 0, 5)).toBe(3);
    expect(take('b', 0, 5)).toBe(3);
    expect(take('a', 1_000, 5)).toBe(2);
    expect(take('a', 100_000, 5)).toBe(3);
    // A clock that goes back gives nothing and takes nothing.
    expect(take('a', 50_000, 5)).toBe(0);
  });

  it('forgets whoever may do as much again as a newcomer, and nobody before', () => {
    const buckets = new TokenBuckets({ ...terms, clients: 10 });
    buckets.take('a', 0);
    buckets.take('b', 1_000);
    expect(buckets.forgetFull(1_499)).toBe(0);
    expect(buckets.forgetFull(1_500)).toBe(1);
    expect(buckets.forgetFull(2_500)).toBe(1);
    expect(buckets.forgetFull(9_999)).toBe(0);
  });

  it('forgets the longest untouched address when there are too many', () => {
    const buckets = new TokenBuckets(terms);
    for (let index = 0; index < 3; index++) buckets.take('a', 0);
    buckets.take('b', 0);
    buckets.take('c', 0);
    expect(buckets.take('a', 0)).toBe(true);
  });
});
