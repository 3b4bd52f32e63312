import { BytesError, fromHex, toBase64Url, utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAccountId,
  formatContactLink,
  formatInvite,
  formatNetwork,
  formatRelayUrl,
  IdentityError,
  type IdentityErrorCode,
  parseContactLink,
  parseInvite,
  parseNetwork,
  parseRelayUrl,
  parseWho,
  type RelayAddress,
} from '../src/index.ts';
import { linkChecksum } from '../src/link-checksum.ts';
import { accountNamed } from './_account.ts';

const { account } = accountNamed('alice');
const id = formatAccountId(account);
const key = new Uint8Array(32).fill(0xa5);
const relay: RelayAddress = { url: 'https://relay.example:8443', key };
const ticket = new Uint8Array(32).fill(3);

const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((name) => name.trim() !== '' && utf8(name).length <= 256)
  .filter((name) => !/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u.test(name));
const relays: fc.Arbitrary<RelayAddress> = fc
  .record({
    host: fc.constantFrom('relay.example', '192.0.2.7', '[2001:db8::1]', 'xn--bcher-kva.example'),
    port: fc.integer({ min: 1, max: 65535 }).filter((port) => port !== 443),
    key: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined }),
  })
  .map(({ host, port, key }) => ({ url: `https://${host}:${port}`, ...(key === undefined ? {} : { key }) }));

function expectCode(call: () => unknown, code: IdentityErrorCode): void {
  expect(call).toThrow(expect.objectContaining({ name: 'IdentityError', code }));
}

describe('contact links', () => {
  it('come back with and without a name', () => {
    expect(parseContactLink(formatContactLink({ account }))).toEqual({ account });
    fc.assert(
      fc.property(names, (name) => {
        expect(parseContactLink(formatContactLink({ account, name }))).toEqual({ account, name });
      }),
    );
  });

  it('have this form', () => {
    expect(formatContactLink({ account, name: 'Zoë & co' })).toMatch(
      new RegExp(`^sotto://contact/${id}\\?n=Zo%C3%AB%20%26%20co&c=[0-9a-f]{8}$`),
    );
  });

  it('notice where they were cut or mistyped', () => {
    const link = formatContactLink({ account, name: 'Ada' });
    for (let end = 0; end < link.length; end++) {
      expect(() => parseContactLink(link.slice(0, end))).toThrow(IdentityError);
    }
    expectCode(() => parseContactLink(link.slice(0, -1)), 'bad-checksum');
    expectCode(() => parseContactLink(link.slice(0, link.indexOf('&c='))), 'bad-checksum');
    expectCode(() => parseContactLink(link.replace('Ada', 'Eve')), 'bad-checksum');
    const digit = id.at(-1) === '0' ? '1' : '0';
    expectCode(() => parseContactLink(link.replace(id, id.slice(0, -1) + digit)), 'bad-checksum');
    expectCode(() => parseContactLink(link.replace(id, id.slice(2))), 'wrong-length');
    expectCode(() => parseContactLink(`${link}&c=00000000`), 'bad-link');
    expectCode(() => parseContactLink(link.replace('n=Ada', 'n=%ff')), 'bad-link');
    expectCode(() => parseContactLink(`${link}&${'x'.repeat(3000)}`), 'bad-link');
  });

  it('leave room for what later versions add', () => {
    const link = formatContactLink({ account });
    expect(parseContactLink(link.replace('?c=', '?road=onion&c='))).toEqual({ account });
  });

  it.each(['', '  ', 'a\nb', 'x\u202ey', 'é'.repeat(129), '\ud800'])('carry no name like %j', (name) => {
    expectCode(() => formatContactLink({ account, name }), 'bad-name');
  });

  it.each([
    ...['\u200b', '\u3164', '\u2800', '\u115f', 'a\ufeffb', 'a\u00adb', 'a\u{e0041}', 'a\u200db', 'A\ufe0f'],
    ...['\u{1f469}\u200d', '\u{1f469}\u200d\u200d\u{1f4bb}', '\u0645\u200c', '1\ufe0f'],
  ])('carry no name with what nobody sees, as %j', (name) => {
    expectCode(() => formatContactLink({ account, name }), 'bad-name');
  });

  it.each([
    ...[
      '\u2764\ufe0f',
      '\u{1f469}\u{1f3fd}\u200d\u{1f4bb}',
      '\u{1f3f3}\ufe0f\u200d\u{1f308}',
      '1\ufe0f\u20e3',
    ],
    ...['\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '\u0915\u094d\u200d\u0937', 'é'.repeat(128)],
  ])('carry what emoji and some scripts are written with, as %j', (name) => {
    expect(parseContactLink(formatContactLink({ account, name }))).toEqual({ account, name });
  });

  it('refuse a hostile name that somebody else put in', () => {
    const name = 'a\u202eb';
    const c = linkChecksum('sotto contact v1', account, utf8(name));
    expectCode(
      () => parseContactLink(`sotto://contact/${id}?n=${encodeURIComponent(name)}&c=${c}`),
      'bad-name',
    );
  });
});

describe('parseWho', () => {
  it('takes an ID or a link', () => {
    expect(parseWho(` ${id.toUpperCase()} `)).toEqual({ account });
    expect(parseWho(`\n${formatContactLink({ account, name: 'Ada' })}`)).toEqual({ account, name: 'Ada' });
  });

  it('says what is wrong with something else', () => {
    expectCode(() => parseWho('ada'), 'wrong-length');
    expectCode(() => parseWho(`03${id.slice(2)}`), 'wrong-prefix');
    expectCode(() => parseWho(formatInvite({ relay, ticket })), 'bad-link');
  });
});

describe('relay URLs', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(relays, (address) => {
        expect(parseRelayUrl(formatRelayUrl(address))).toEqual(address);
      }),
    );
  });

  it('are brought to one form', () => {
    expect(parseRelayUrl(' HTTPS://Relay.Example:443/ ')).toEqual({ url: 'https://relay.example' });
    expect(parseRelayUrl(`https://relay.example#key=${toBase64Url(key)}`)).toEqual({
      url: 'https://relay.example',
      key,
    });
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:9'])('may be plain at %s', (url) => {
    expect(parseRelayUrl(url)).toEqual({ url });
  });

  it.each([
    'http://relay.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.',
    'http://10.0.0.1',
    'wss://relay.example',
    'relay.example',
    'https://',
    'https:relay.example',
    'https:///relay.example',
    'https://user@relay.example',
    'https://user:password@relay.example',
    'https://relay.example/path',
    'https://relay.example/?a=b',
    'https://relay.example?',
    'https://relay.example#',
    'https://relay.example#key=',
    `https://relay.example#key=${'A'.repeat(42)}`,
    `https://relay.example#key=${'A'.repeat(42)}B`,
    `https://relay.example#other=${'A'.repeat(43)}`,
    'https://relay.example\\@evil.example',
    'https://relay.example:99999',
    'https://rel ay.example',
    `https://${'a'.repeat(600)}`,
  ])('are not %j', (text) => {
    expectCode(() => parseRelayUrl(text), 'bad-relay-url');
  });
});

describe('networks', () => {
  it('come back, also with lines broken', () => {
    expect(parseNetwork(formatNetwork({}))).toEqual({});
    fc.assert(
      fc.property(relays, fc.nat({ max: 60 }), (address, where) => {
        const text = formatNetwork({ relay: address });
        expect(parseNetwork(`${text.slice(0, where)}\r\n ${text.slice(where)}\n`)).toEqual({
          relay: address,
        });
      }),
    );
  });

  it('carry a list of storage nodes as it is', () => {
    const lists = fc.uint8Array({ minLength: 1, maxLength: 2000 }).map((bytes) => new Uint8Array(bytes));
    fc.assert(
      fc.property(fc.option(relays, { nil: undefined }), lists, (address, directory) => {
        const network = address === undefined ? { directory } : { relay: address, directory };
        expect(parseNetwork(formatNetwork(network))).toEqual(network);
      }),
    );
  });

  it('hold the longest list of storage nodes, and say when one is longer, or empty', () => {
    const longest = { relay, directory: new Uint8Array(204_000).fill(0xfb) };
    expect(parseNetwork(formatNetwork(longest))).toEqual(longest);
    expectCode(() => formatNetwork({ directory: new Uint8Array(230_000) }), 'wrong-length');
    expectCode(() => formatNetwork({ directory: new Uint8Array() }), 'wrong-length');
  });

  it('ignore what they do not know yet', () => {
    const body = toBase64Url(utf8(JSON.stringify({ relay: formatRelayUrl(relay), push: { list: [] } })));
    const text = `sotto-network:1:${body}:${linkChecksum('sotto network v1', utf8(body))}`;
    expect(parseNetwork(text)).toEqual({ relay });
  });

  it('say what is wrong', () => {
    const text = formatNetwork({ relay });
    for (let end = 0; end < text.length; end++) {
      expect(() => parseNetwork(text.slice(0, end))).toThrow(IdentityError);
    }
    expectCode(() => parseNetwork('network'), 'bad-link');
    expectCode(() => parseNetwork(text.replace(':1:', ':2:')), 'unsupported-version');
    expectCode(() => parseNetwork(`${text.slice(0, -1)}x`), 'bad-checksum');
    expectCode(() => parseNetwork(text.slice(0, text.lastIndexOf(':'))), 'bad-checksum');
    expectCode(() => parseNetwork(`${text}:`), 'bad-link');
    expectCode(() => parseNetwork(`${text}:anything:more`), 'bad-link');
    expectCode(() => parseNetwork(text + ' '.repeat(400_000)), 'bad-link');
    for (const json of ['[]', '{"relay":1}', '{', '"x"', 'null', '{"directory":""}', '{"directory":"*"}']) {
      const body = toBase64Url(utf8(json));
      expectCode(
        () => parseNetwork(`sotto-network:1:${body}:${linkChecksum('sotto network v1', utf8(body))}`),
        'bad-link',
      );
    }
    expectCode(() => parseNetwork(formatNetwork({ relay: { url: 'http://10.0.0.1' } })), 'bad-relay-url');
  });
});

describe('invites', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(relays, fc.uint8Array({ minLength: 1, maxLength: 128 }), (address, bytes) => {
        const invite = { relay: address, ticket: bytes };
        expect(parseInvite(formatInvite(invite))).toEqual(invite);
      }),
    );
  });

  it('say what is wrong', () => {
    const link = formatInvite({ relay, ticket });
    for (let end = 0; end < link.length; end++) {
      expect(() => parseInvite(link.slice(0, end))).toThrow(IdentityError);
    }
    expectCode(() => parseInvite(link.slice(0, -1)), 'bad-checksum');
    expectCode(() => parseInvite(link.replace('8443', '8444')), 'bad-checksum');
    expectCode(() => parseInvite(link.replace('ticket=', 'ticket=*')), 'bad-link');
    expectCode(() => parseInvite(link.replace('ticket=', 'other=')), 'bad-link');
    expectCode(() => parseInvite(link.replace('https%3A', 'http%3A')), 'bad-relay-url');
    expectCode(() => parseInvite(formatContactLink({ account })), 'bad-link');
    expectCode(() => formatInvite({ relay, ticket: fromHex('') }), 'bad-link');
  });
});

describe('every parser', () => {
  const parsers = [parseContactLink, parseWho, parseRelayUrl, parseNetwork, parseInvite];
  const starts = [
    '',
    'sotto://contact/',
    `sotto://contact/${id}?`,
    'sotto://invite?',
    'sotto-network:1:',
    'https://',
  ];

  it('fails with its typed error only', () => {
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.string({ unit: 'binary' }), (start, rest) => {
        for (const parse of parsers) {
          try {
            parse(start + rest);
          } catch (error) {
            expect(error instanceof IdentityError || error instanceof BytesError).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
