import { describe, expect, it } from 'vitest';
import { LeakyBuckets } from './leaky-buckets.ts';

describe('leaky buckets', () => {
  it('give their size at once, then one each refill, per key', () => {
    const buckets = new LeakyBuckets({ size: 2, refill: 1_000 });
    const take = (key: string, now: number) => buckets.take(key, now);
    expect([take('a', 0), take('a', 0)]).toEqual([{ outcome: 'ok' }, { outcome: 'ok' }]);
    expect(take('a', 400)).toEqual({ outcome: 'empty', retryAfter: 600 });
    expect(take('b', 400)).toEqual({ outcome: 'ok' });
    expect(take('a', 1_000)).toEqual({ outcome: 'ok' });
    expect(take('a', 1_001).outcome).toBe('empty');
    expect([take('a', 90_000), take('a', 90_000), take('a', 90_000).outcome]).toMatchObject([
      {},
      {},
      'empty',
    ]);
  });

  it('forget the longest untouched key rather than grow', () => {
    const buckets = new LeakyBuckets({ size: 1, refill: 1e9 });
    buckets.take('first', 0);
    for (let key = 0; key < 20_000; key++) buckets.take(`${key}`, 0);
    expect(buckets.take('first', 0)).toEqual({ outcome: 'ok' });
    expect(buckets.take('19999', 0).outcome).toBe('empty');
  });
});
