import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

const terms = { size: 3, refill: 500, keys: 2 };

describe('token buckets', () => {
  it('give their size at once, then one each refill, per key', () => {
    const buckets = new TokenBuckets(terms);
    const taken = (key: string, now: number, times: number) =>
      Array.from({ length: times }, () => buckets.take(key, now)).filter(({ outcome }) => outcome === 'ok')
        .length;
    expect(taken('a', 0, 5)).toBe(3);
    expect(taken('b', 0, 5)).toBe(3);
    expect(taken('a', 1_000, 5)).toBe(2);
    expect(taken('a', 100_000, 5)).toBe(3);
    // A clock that goes back.
    expect(taken('a', 50_000, 5)).toBe(0);
  });

  it('say when there will be a token', () => {
    const buckets = new TokenBuckets({ ...terms, size: 1 });
    expect(buckets.take('a', 0)).toEqual({ outcome: 'ok' });
    expect(buckets.take('a', 200)).toEqual({ outcome: 'empty', retryAfter: 300 });
    expect(buckets.take('a', 500)).toEqual({ outcome: 'ok' });
  });

  it('forget whoever may do as much again as a newcomer, and nobody before', () => {
    const buckets = new TokenBuckets({ ...terms, keys: 10 });
    for (let times = 0; times < 3; times++) buckets.take('a', 0);
    buckets.take('b', 500);
    const leftAt = (now: number) => {
      buckets.forgetFull(now);
      return buckets.size;
    };
    expect([500, 999, 1_000, 1_499, 1_500].map(leftAt)).toEqual([2, 2, 1, 1, 0]);
  });

  it('give several at once, and of several keys all or nothing', () => {
    const buckets = new TokenBuckets(terms);
    expect(buckets.take('a', 0, 2)).toEqual({ outcome: 'ok' });
    const both = [
      ['a', 2],
      ['b', 3],
    ] as const;
    expect(buckets.takeAll(both, 0)).toEqual({ outcome: 'empty', retryAfter: 500 });
    expect(buckets.takeAll(both, 500)).toEqual({ outcome: 'ok' });
    expect([buckets.take('a', 500), buckets.take('b', 500)]).toEqual([
      { outcome: 'empty', retryAfter: 500 },
      { outcome: 'empty', retryAfter: 500 },
    ]);
  });

  it('take back what was not used, and hold no more than their size', () => {
    const buckets = new TokenBuckets({ ...terms, size: 1 });
    buckets.take('a', 0);
    buckets.giveBack('a', 0);
    buckets.giveBack('a', 0);
    expect([buckets.take('a', 0), buckets.take('a', 0)]).toEqual([
      { outcome: 'ok' },
      { outcome: 'empty', retryAfter: 500 },
    ]);
  });

  it('take back several at once', () => {
    const buckets = new TokenBuckets(terms);
    buckets.take('a', 0, 3);
    buckets.giveBack('a', 0, 2);
    expect([buckets.take('a', 0, 2).outcome, buckets.take('a', 0).outcome]).toEqual(['ok', 'empty']);
  });

  it('are full again for a key that is forgotten', () => {
    const buckets = new TokenBuckets({ ...terms, size: 1 });
    buckets.take('a', 0);
    buckets.forget('a');
    expect(buckets.take('a', 0)).toEqual({ outcome: 'ok' });
  });

  it('forget the longest untouched key when there are too many', () => {
    const buckets = new TokenBuckets(terms);
    for (let index = 0; index < 3; index++) buckets.take('a', 0);
    buckets.take('b', 0);
    buckets.take('c', 0);
    expect(buckets.take('a', 0)).toEqual({ outcome: 'ok' });
  });
});
