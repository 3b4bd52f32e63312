import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from './base64url.ts';

const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);

describe('base64url', () => {
  it('is what Node.js makes of the same bytes, at every length', () => {
    for (let length = 0; length <= bytes.length; length++) {
      const some = bytes.subarray(256 - length);
      const text = Buffer.from(some).toString('base64url');
      expect(toBase64Url(some)).toBe(text);
      expect(fromBase64Url(text)).toEqual(Uint8Array.from(some));
    }
  });

  it.each(['a', 'ab+d', 'ab/d', 'abc=', 'a b', 'äbcd'])('refuses %s', (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });
});
