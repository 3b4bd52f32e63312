import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bencodable, type BencodedValue, decodeBencoded, encodeBencoded } from './bencode-value.ts';
import { asBytes } from './bytes.ts';
import { BytesError } from './errors.ts';
import { fromUtf8, utf8 } from './text.ts';

const LIMITS = { depth: 4, values: 60 };

const { value: anyValue } = fc.letrec<{ value: Bencodable }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.uint8Array({ maxLength: 40 }).map(asBytes),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('value'), { maxKeys: 3 }),
  ),
}));

/** What has been read, as it can be written: keys are read as bytes and written as text. */
function again(value: BencodedValue): Bencodable {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...value].map(([key, member]: [string, BencodedValue]) => [
        fromUtf8(Uint8Array.from(key, (sign) => sign.charCodeAt(0))),
        again(member),
      ]),
    );
  }
  return Array.isArray(value) ? value.map(again) : (value as Bencodable);
}

describe('a bencoded value', () => {
  it('comes back from its own encoding, and has only that one', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encodeBencoded(value);
        expect(encodeBencoded(again(decodeBencoded(bytes, LIMITS)))).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('is written with its keys in ascending order and truths as numbers', () => {
    const value = { p: 'x', P: utf8('y'), '~': true, a: [1, -2n, false], gone: undefined };
    expect(fromUtf8(encodeBencoded(value))).toBe('d1:P1:y1:ali1ei-2ei0ee1:p1:x1:~i1ee');
  });

  it('keeps whole numbers of 64 bits exact', () => {
    expect(decodeBencoded(utf8('i18446744073709551615e'), LIMITS)).toBe(2n ** 64n - 1n);
    expect(decodeBencoded(utf8('i-9223372036854775808e'), LIMITS)).toBe(-(2n ** 63n));
    expect(decodeBencoded(utf8('i9007199254740991e'), LIMITS)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([
    ['nothing', ''],
    ['an end alone', 'e'],
    ['a list without its end', 'li1e'],
    ['a dictionary without its end', 'd1:ai1e'],
    ['a key without a value', 'd1:ae'],
    ['a key that is no text', 'di1ei2ee'],
    ['keys in another order', 'd1:bi1e1:ai2ee'],
    ['a key twice', 'd1:ai1e1:ai2ee'],
    ['something after the end', 'i1ee'],
    ['a number with a leading zero', 'i01e'],
    ['a negative nothing', 'i-0e'],
    ['no number', 'ie'],
    ['a sign alone', 'i-e'],
    ['a fraction', 'i1.5e'],
    ['a number of more than 64 bits', 'i18446744073709551616e'],
    ['a negative one of more', 'i-9223372036854775809e'],
    ['too deep', 'llllllleeeeeee'],
    ['too many', `l${'le'.repeat(60)}e`],
    ['a length of nine digits', '100000000:'],
    ['a key longer than any', `d129:${'a'.repeat(129)}i1ee`],
  ])('refuses %s', (_, text) => {
    expect(() => decodeBencoded(utf8(text), LIMITS)).toThrow(
      expect.objectContaining({ code: 'bad-encoding' }) as BytesError,
    );
  });

  it('refuses a part that ends early, and any bytes with a typed error alone', () => {
    expect(() => decodeBencoded(utf8('4:abc'), LIMITS)).toThrow(
      expect.objectContaining({ code: 'truncated' }) as BytesError,
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeBencoded(bytes, LIMITS);
        } catch (error) {
          expect(error).toBeInstanceOf(BytesError);
        }
      }),
    );
  });
});
