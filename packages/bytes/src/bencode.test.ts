import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBencodedList, encodeBencodedList } from './bencode.ts';
import { asBytes } from './bytes.ts';
import { BytesError } from './errors.ts';
import { fromUtf8, utf8 } from './text.ts';

const MOST = 4;

describe('a bencoded list', () => {
  it('comes back from its own encoding, and has only that one', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 120 }).map(asBytes), { maxLength: MOST });
    fc.assert(
      fc.property(parts, (value) => {
        const bytes = encodeBencodedList(value);
        expect(decodeBencodedList(bytes, MOST)).toEqual(value);
        expect(encodeBencodedList(decodeBencodedList(bytes, MOST))).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('is written as BEP 3 has it', () => {
    expect(fromUtf8(encodeBencodedList([utf8('spam'), utf8('')]))).toBe('l4:spam0:e');
    expect(fromUtf8(encodeBencodedList([]))).toBe('le');
  });

  it.each([
    ['nothing', '', 'bad-encoding'],
    ['no end', 'l4:spam', 'bad-encoding'],
    ['a start alone', 'l', 'bad-encoding'],
    ['something after the end', 'l4:spamee', 'bad-encoding'],
    ['another kind of element', 'li1ee', 'bad-encoding'],
    ['a list in a list', 'llee', 'bad-encoding'],
    ['a negative length', 'l-1:e', 'bad-encoding'],
    ['a fraction of a length', 'l1.5:ae', 'bad-encoding'],
    ['a length with a leading zero', 'l04:spame', 'bad-encoding'],
    ['a part without a length', 'l:e', 'bad-encoding'],
    ['a length of nine digits', 'l100000000:e', 'bad-encoding'],
    ['a part that ends early', 'l6:spame', 'truncated'],
    ['too many parts', 'l0:0:0:0:0:e', 'bad-encoding'],
  ])('is not %s', (_name, text, code) => {
    expect(() => decodeBencodedList(utf8(text), MOST)).toThrow(
      expect.objectContaining({ name: 'BytesError', code }),
    );
  });

  it('throws nothing but BytesError on arbitrary bytes', () => {
    const likely = fc
      .array(fc.constantFrom('l', 'e', ':', '0', '1', '9', '-', 'd', 'i', 'a'), { maxLength: 12 })
      .map((letters) => utf8(`l${letters.join('')}`));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), likely), (bytes) => {
        try {
          decodeBencodedList(bytes, MOST);
        } catch (error) {
          expect(error).toBeInstanceOf(BytesError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
