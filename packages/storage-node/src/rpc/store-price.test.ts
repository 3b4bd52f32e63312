import { MAX_MESSAGE_DATA_BYTES, MAX_TTL, MIN_TTL } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STORE_PRICE } from '../constants.ts';
import { storePrice } from './store-price.ts';

const largest = { bytes: MAX_MESSAGE_DATA_BYTES, ttl: MAX_TTL };
const size = fc.record({
  bytes: fc.integer({ min: 0, max: MAX_MESSAGE_DATA_BYTES }),
  ttl: fc.integer({ min: MIN_TTL, max: MAX_TTL }),
});
const fullness = fc.double({ min: 0, max: 2, noNaN: true });

describe('what a store costs', () => {
  it('is nothing while there is plenty of room', () => {
    expect(storePrice(largest, 0)).toBe(0);
    expect(storePrice(largest, STORE_PRICE.free - 0.001)).toBe(0);
  });

  it('rises for the largest that live longest from the first bits to the last', () => {
    expect([0.5, 0.75, 1, 1.2].map((full) => storePrice(largest, full))).toEqual([14, 18, 22, 22]);
  });

  it('halves with the bytes and with the life, and is nothing where it would be next to nothing', () => {
    expect(storePrice({ ...largest, ttl: MAX_TTL / 2 }, 1)).toBe(21);
    expect(storePrice({ ...largest, bytes: MAX_MESSAGE_DATA_BYTES / 4 }, 1)).toBe(20);
    expect(storePrice({ bytes: 10, ttl: MIN_TTL }, 1)).toBe(0);
  });

  it('never falls when anything grows', () => {
    const property = fc.property(size, size, fullness, fullness, (one, other, full, fuller) => {
      const more = { bytes: Math.max(one.bytes, other.bytes), ttl: Math.max(one.ttl, other.ttl) };
      const [less, most] = [Math.min(full, fuller), Math.max(full, fuller)];
      return storePrice(one, less) <= storePrice(more, most);
    });
    fc.assert(property);
  });
});
