import { inspect } from 'node:util';
import { fromUtf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetError } from './errors.ts';
import { parseProxy } from './proxy.ts';

describe('the text of a proxy', () => {
  it('names kind, host and port, whatever the port', () => {
    expect(parseProxy('http://proxy.example:80')).toEqual({ kind: 'http', host: 'proxy.example', port: 80 });
    expect(parseProxy(' SOCKS5://10.0.0.1:9050/ ')).toEqual({ kind: 'socks5', host: '10.0.0.1', port: 9050 });
    expect(parseProxy('socks5h://[::1]:1080')).toEqual({ kind: 'socks5', host: '::1', port: 1080 });
  });

  it('may carry a login, which is not shown', () => {
    const proxy = parseProxy('socks5://al%40ice:p%3Aa%2Fss@localhost:1080');
    expect(proxy.login?.user).toBe('al@ice');
    expect(fromUtf8(proxy.login?.password.expose() ?? new Uint8Array())).toBe('p:a/ss');
    expect(inspect(proxy, { depth: 9 }) + JSON.stringify(proxy)).not.toContain('p:a/ss');
  });

  it.each([
    ['', 'proxy.example:80', 'https://proxy.example:1', 'socks4://proxy.example:1', 'http://proxy.example'],
    ['http://proxy.example:0', 'http://proxy.example:65536', 'http://proxy.example:1/x', 'http://:1'],
    ['http://pro xy:1', 'http://a..b:1', 'http://[1.2.3.4]:1', 'http://[fe80::1%25eth0]:1', 'http://h\n:1'],
    ['http://p.0:9', 'http://1.2.3:9', 'http://127.0.0.256:9', 'http://0x7f.1:9', 'http://a.0x:9'],
    ['http://alone@h:1', 'http://:p@h:1', 'http://u:@h:1', 'http://%ff:p@h:1', 'http://a%3Ab:p@h:1'],
    // Whoever tells proxies apart by the URL parser reads a:1 here and not b:2.
    ['http://a:1\\@b:2', 'socks5://u\\:p@h:1'],
    [`socks5://${'u'.repeat(256)}:p@h:1`, `http://${'h'.repeat(254)}:1`],
  ])('is refused when it is none: %j', (...texts) => {
    for (const text of texts) {
      expect(() => parseProxy(text), text).toThrow(expect.objectContaining({ code: 'bad-proxy' }));
    }
  });

  it('is quoted in no error, and no text gives another one', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((s) => `http://u:${s}@h:1`),
        ),
        (text) => {
          try {
            parseProxy(text);
          } catch (error) {
            expect(error).toBeInstanceOf(NetError);
            if (text.length > 12) expect((error as NetError).message).not.toContain(text);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
