import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout.ts';
import { CHUNK_BYTES, MAX_FILE_BYTES } from './limits.ts';

describe('how a file is cut', () => {
  it('has room for all of it, and at most an eighth more than whole chunks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_FILE_BYTES }), (size) => {
        const { chunks, plainBytes, stored, manifest, shards } = layoutOf(size);
        const needed = Math.max(1, Math.ceil(size / plainBytes));
        expect(chunks).toBeGreaterThanOrEqual(needed);
        expect(chunks).toBeLessThanOrEqual(Math.ceil(needed * 1.125));
        expect(stored).toBe(chunks + (manifest ? 1 : 0));
        expect(shards).toBe(Math.ceil(stored / 64));
      }),
      { numRuns: 500 },
    );
  });

  it('never has fewer chunks for a larger file, and tells few numbers of them', () => {
    const counts = new Set<number>();
    for (let size = 0, last = 0; size <= MAX_FILE_BYTES; size += CHUNK_BYTES / 4) {
      const { chunks } = layoutOf(size);
      expect(chunks).toBeGreaterThanOrEqual(last);
      last = chunks;
      counts.add(chunks);
    }
    expect(counts.size).toBeLessThan(90);
  });

  it('keeps what its name is: these numbers are on the wire', () => {
    const shape = (size: number) => {
      const { chunks, stored, shards, plainBytes } = layoutOf(size);
      return [chunks, stored, shards, plainBytes];
    };
    expect(shape(0)).toEqual([1, 1, 1, 16_368]);
    expect(shape(16_368)).toEqual([1, 1, 1, 16_368]);
    expect(shape(16_369)).toEqual([1, 1, 1, 76_784]);
    expect(shape(76_785)).toEqual([2, 2, 1, 76_784]);
    expect(shape(5 * 1024 * 1024)).toEqual([72, 73, 2, 76_784]);
    expect(shape(MAX_FILE_BYTES)).toEqual([1_408, 1_409, 23, 76_784]);
  });

  it('refuses what is larger, and what is no size', () => {
    expect(() => layoutOf(MAX_FILE_BYTES + 1)).toThrow(expect.objectContaining({ code: 'too-large' }));
    for (const size of [-1, 0.5, Number.NaN]) {
      expect(() => layoutOf(size)).toThrow(expect.objectContaining({ code: 'bad-use' }));
    }
  });
});
