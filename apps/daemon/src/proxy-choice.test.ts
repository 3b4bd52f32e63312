import { LocalApiError } from '@sotto/local-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintProxy } from './proxy-choice.ts';

describe('the name of a proxy', () => {
  it('is the same however its URL is written, and never shows its password', () => {
    const name = fingerprintProxy('socks5://user:secret@127.0.0.1:9050');
    expect(fingerprintProxy(' socks5h://user:secret@127.0.0.1:9050/ ')).toBe(name);
    expect(name).not.toContain('secret');
    expect(fingerprintProxy('http://PROXY.example:3128/')).toBe(
      fingerprintProxy('http://proxy.example:3128'),
    );
  });

  it('differs between proxies, and between users of one', () => {
    const names = [
      'socks5://127.0.0.1:9050',
      'socks5://127.0.0.1:9051',
      'http://127.0.0.1:9050',
      'socks5://alice@127.0.0.1:9050',
      'socks5://alice:1@127.0.0.1:9050',
    ].map(fingerprintProxy);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is refused as one typed error that does not repeat it', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('ftp://h:1', 'socks5:', '127.0.0.1:9050', 'socks5://'),
    );
    fc.assert(
      fc.property(text, (proxy) => {
        try {
          fingerprintProxy(proxy);
        } catch (error) {
          expect(error).toBeInstanceOf(LocalApiError);
          expect(error).toMatchObject({ code: 'bad-proxy', message: 'this is not the URL of a proxy' });
        }
      }),
      { numRuns: 200 },
    );
    expect(() => fingerprintProxy('ftp://h:1')).toThrow(LocalApiError);
  });
});
