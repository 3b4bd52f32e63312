import { expect, it } from 'vitest';
import { AddressBuckets } from './address-buckets.ts';

const terms = { size: 1, refill: 1_000, keys: 10 };

it.each([
  ['192.0.2.1', '192.0.2.1', 'one'],
  ['192.0.2.1', '192.0.2.2', 'two'],
  // One network of somebody's, however it is written.
  ['2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', 'one'],
  ['2001:db8::1', '2001:db8::ffff:1', 'one'],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', 'two'],
  ['::1', '2001:db8::1', 'two'],
])('%s and %s have %s bucket', (first, second, buckets) => {
  // Two addresses share a bucket by chance once in 65,536 keys: twice it does not happen.
  const shared = [1, 2].every(() => {
    const limit = new AddressBuckets(terms);
    limit.take(first, 0);
    return limit.take(second, 0).outcome === 'empty';
  });
  expect(shared).toBe(buckets === 'one');
});

it('are forgotten when they are full again', () => {
  const limit = new AddressBuckets(terms);
  limit.take('192.0.2.1', 0);
  limit.forgetFull(1_000);
  expect(limit.take('192.0.2.1', 999)).toEqual({ outcome: 'ok' });
});
