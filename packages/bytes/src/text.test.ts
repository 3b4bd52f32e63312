import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesError } from './errors.ts';
import { fromBase64, fromBase64Url, fromHex, fromUtf8, toBase64, toBase64Url, toHex, utf8 } from './text.ts';

const bytes = fc.uint8Array({ maxLength: 70 });

describe('RFC 4648 §10', () => {
  it.each([
    ['', '', ''],
    ['f', 'Zg==', '66'],
    ['fo', 'Zm8=', '666f'],
    ['foo', 'Zm9v', '666f6f'],
    ['foob', 'Zm9vYg==', '666f6f62'],
    ['fooba', 'Zm9vYmE=', '666f6f6261'],
    ['foobar', 'Zm9vYmFy', '666f6f626172'],
  ])('%j', (text, base64, hex) => {
    expect(toBase64(utf8(text))).toBe(base64);
    expect(toHex(utf8(text))).toBe(hex);
    expect(fromUtf8(fromBase64(base64))).toBe(text);
  });
});

describe('text forms', () => {
  it('come back as the same bytes and agree with the platform', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const buffer = Buffer.from(value);
        expect(toHex(value)).toBe(buffer.toString('hex'));
        expect(toBase64(value)).toBe(buffer.toString('base64'));
        expect(toBase64Url(value)).toBe(buffer.toString('base64url'));
        expect(fromHex(toHex(value).toUpperCase())).toEqual(value);
        expect(fromBase64(toBase64(value))).toEqual(value);
        expect(fromBase64(toBase64(value).replaceAll('=', ''))).toEqual(value);
        expect(fromBase64Url(toBase64Url(value))).toEqual(value);
      }),
    );
  });

  it('have one spelling: what is read is what would be written', () => {
    const letters = fc.constantFrom(...'ABab01+/-_=. \n');
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 12 }), (text) => {
        const value = orUndefined(() => fromBase64(text));
        if (value !== undefined) expect(toBase64(value).replaceAll('=', '')).toBe(text.replaceAll('=', ''));
        const url = orUndefined(() => fromBase64Url(text));
        if (url !== undefined) expect(toBase64Url(url)).toBe(text.replaceAll('=', ''));
      }),
    );
  });

  it.each([
    'A',
    'AB==A',
    'Zh==',
    'Zm9=',
    'Zg=',
    'Zg===',
    'Zm9v=',
    'Zm 9v',
    'Zm9\u00e9',
    '\u0141AAA',
    'AAAA\u0141A',
  ])('%j is not base64', (text) => {
    expect(() => fromBase64(text)).toThrow(BytesError);
  });

  it('fail with BytesError only, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const parse of [fromHex, fromBase64, fromBase64Url]) orUndefined(() => parse(text));
      }),
    );
  });

  it('take only whole UTF-8', () => {
    expect(fromUtf8(utf8('Zoë \u{1f44b}\ufeff'))).toBe('Zoë \u{1f44b}\ufeff');
    for (const hex of ['ff', 'c3', 'eda080', 'c080']) {
      expect(() => fromUtf8(fromHex(hex))).toThrow(BytesError);
    }
  });
});

function orUndefined<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(BytesError);
    return undefined;
  }
}
