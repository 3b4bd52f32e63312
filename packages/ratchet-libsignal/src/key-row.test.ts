import { asBytes } from '@sotto/bytes';
import { RatchetError } from '@sotto/ratchet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKeyRow, encodeKeyRow, type KeyRow } from './key-row.ts';

describe('key rows', () => {
  it('come back as they were written', () => {
    const row: fc.Arbitrary<KeyRow> = fc.record({
      use: fc.constantFrom('one-time' as const, 'lasting' as const),
      createdAt: fc.nat({ max: 8_640_000_000_000_000 }),
      generation: fc.nat({ max: 0xffff_ffff }),
      uploaded: fc.boolean(),
      record: fc.uint8Array({ minLength: 1, maxLength: 100 }).map(asBytes),
    });
    fc.assert(
      fc.property(row, (written) => {
        expect(decodeKeyRow(encodeKeyRow(written))).toEqual(written);
      }),
    );
  });

  it('have one form: what is read is what would be written', () => {
    const bytes = encodeKeyRow({
      use: 'lasting',
      createdAt: 1,
      generation: 1,
      uploaded: true,
      record: asBytes(Uint8Array.of(1)),
    });
    new DataView(bytes.buffer).setBigUint64(2, 2n ** 53n + 1n);
    expect(() => decodeKeyRow(bytes)).toThrow(expect.objectContaining({ code: 'corrupt-state' }));
  });

  it('throw nothing but RatchetError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeKeyRow(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RatchetError);
        }
      }),
    );
  });
});
