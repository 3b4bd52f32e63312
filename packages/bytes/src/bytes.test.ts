import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asBytes, brandBytes, concatBytes, equalBytes, wipeBytes } from './bytes.ts';
import { BytesError } from './errors.ts';

describe('brandBytes', () => {
  it('vouches for the exact length only', () => {
    expect(brandBytes(new Uint8Array(4), 4, 'Four')).toHaveLength(4);
    expect(() => brandBytes(new Uint8Array(5), 4, 'Four')).toThrow(BytesError);
    expect(() => brandBytes(new Uint8Array(3), 4, 'Four')).toThrow(/needs 4 bytes, got 3/);
  });
});

describe('asBytes', () => {
  it('keeps plain bytes as they are and takes others off their pool', () => {
    const plain = Uint8Array.of(1, 2);
    expect(asBytes(plain)).toBe(plain);
    const pooled = Buffer.from('some text');
    const own = asBytes(pooled);
    expect(own.constructor).toBe(Uint8Array);
    expect(own.buffer.byteLength).toBe(pooled.length);
    expect(own).toEqual(new Uint8Array(pooled));
  });

  it('leaves a view of a larger buffer where it is', () => {
    const view = new Uint8Array(8).subarray(2, 4);
    expect(asBytes(view)).toBe(view);
  });

  it('copies what stands on shared memory', () => {
    expect(asBytes(new Uint8Array(new SharedArrayBuffer(3))).buffer).toBeInstanceOf(ArrayBuffer);
  });
});

describe('joining and comparing', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });

  it('joins like a list of numbers', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
        expect([...concatBytes(...parts)]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
  });

  it('is equal exactly when every byte is', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(), (left, right, where) => {
        expect(equalBytes(left, left.slice())).toBe(true);
        expect(equalBytes(left, right)).toBe(left.toString() === right.toString());
        if (left.length === 0) return;
        const other = left.slice();
        const index = where % other.length;
        other[index] = (other[index] as number) ^ 0x80;
        expect(equalBytes(left, other)).toBe(false);
      }),
    );
  });

  it('wipes in place', () => {
    const secret = Uint8Array.of(1, 2, 3);
    wipeBytes(secret);
    expect(secret).toEqual(new Uint8Array(3));
  });
});
