import { readFileSync } from 'node:fs';
import { asBytes, fromHex, fromUtf8, toBase64, toHex, utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import type { ClientRequest, SingleRequest } from './client-request.ts';
import { MAX_MESSAGE_DATA_BYTES, MAX_RETRIEVE_WAIT, SUBACCOUNT_TOKEN_BYTES } from './constants.ts';
import { formatClientRequest, formatRpc, paramsOf } from './format-request.ts';
import { messageHashInput, messageHashText } from './message-hash.ts';
import { namespaceRules } from './namespace.ts';
import { decodeRpc, parseClientRequest } from './parse-request.ts';
import {
  deletedText,
  deleteText,
  expiredText,
  expireText,
  getExpiriesText,
  retrieveText,
  storeText,
} from './signed-text.ts';
import { decodeSubaccountToken } from './subaccount.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(asBytes);
const group = bytes(32).map((key) => asBytes(Uint8Array.of(3, ...key)));
const person = bytes(32).map((key) => asBytes(Uint8Array.of(5, ...key)));
const time = fc.integer({ min: 1_000_000_000, max: 4_000_000_000_000 });
const namespace = fc.integer({ min: -32_768, max: 32_767 });
const hash = bytes(32).map(messageHashText);
const hashes = fc.array(hash, { minLength: 1, maxLength: 4 });
const subaccount = fc.record({ token: bytes(SUBACCOUNT_TOKEN_BYTES), signature: bytes(64) });
const groupAuth = fc.record({ signature: bytes(64), subaccount }, { requiredKeys: ['signature'] });
const personAuth = fc.record({ signature: bytes(64), ed25519: bytes(32) });
const timed = fc.tuple(groupAuth, time).map(([auth, signedAt]) => ({ ...auth, signedAt }));

const single: fc.Arbitrary<SingleRequest> = fc.oneof(
  fc.record(
    {
      method: fc.constant('store' as const),
      mailbox: group,
      namespace,
      data: fc.uint8Array({ maxLength: 200 }).map(asBytes),
      timestamp: time,
      expiry: time,
      auth: timed,
    },
    { requiredKeys: ['method', 'mailbox', 'namespace', 'data', 'timestamp', 'expiry'] },
  ),
  fc.record(
    {
      method: fc.constant('retrieve' as const),
      mailbox: group,
      namespace,
      lastHash: hash,
      maxCount: fc.integer({ min: 1, max: 1_000 }),
      maxSize: fc.constantFrom(-1, -8, 300_000),
      wait: fc.integer({ min: 1, max: MAX_RETRIEVE_WAIT }),
      auth: timed,
    },
    { requiredKeys: ['method', 'mailbox', 'namespace', 'auth'] },
  ),
  // Unsigned, where that is allowed.
  fc.record({
    method: fc.constant('retrieve' as const),
    mailbox: person,
    namespace: fc.constantFrom(0, -41, -10),
  }),
  fc.record({
    method: fc.constant('delete' as const),
    mailbox: person,
    hashes,
    required: fc.boolean(),
    auth: personAuth,
  }),
  fc.record({
    method: fc.constant('expire' as const),
    mailbox: group,
    mode: fc.constantFrom('set' as const, 'shorten' as const, 'extend' as const),
    hashes,
    expiries: time.map((one) => [one]),
    auth: groupAuth,
  }),
  fc.tuple(hashes, group, groupAuth, time).map(([all, mailbox, auth, first]) => ({
    method: 'expire' as const,
    mailbox,
    mode: 'extend' as const,
    hashes: all,
    expiries: all.map((_hash, index) => first + index),
    auth,
  })),
  fc.record({ method: fc.constant('get_expiries' as const), mailbox: group, hashes, auth: timed }),
  fc.record({ method: fc.constant('get_swarm' as const), mailbox: person }),
  fc.constantFrom({ method: 'info' as const }, { method: 'sotto_directory' as const }),
  fc.constant({
    method: 'oxend_request' as const,
    endpoint: 'get_service_nodes' as const,
    params: { active_only: true },
  }),
);
const request: fc.Arbitrary<ClientRequest> = fc.oneof(
  { weight: 3, arbitrary: single },
  fc.record({
    method: fc.constantFrom('batch' as const, 'sequence' as const),
    requests: fc.array(single, { minLength: 1, maxLength: 20 }),
  }),
);

describe('a storage request', () => {
  it('comes back from its own text', () => {
    fc.assert(
      fc.property(request, (value) => {
        expect(decodeRpc(formatClientRequest(value))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('is read with whatever may follow its text', () => {
    const text = fromUtf8(formatRpc('info', {}));
    for (const tail of ['   ', '\n\r\t ', '\0\0\0', ' \0']) {
      expect(decodeRpc(utf8(text + tail))).toEqual({ method: 'info' });
    }
    expect(() => decodeRpc(utf8(`${text}x`))).toThrow(expect.objectContaining({ message: 'invalid json' }));
  });

  it('throws nothing but ProtocolError, whatever is wrong with it', () => {
    const damaged = fc.tuple(request, fc.nat(), fc.anything()).map(([value, at, wrong]) => {
      const params = { ...paramsOf(value) } as Record<string, unknown>;
      const names = Object.keys(params);
      const name = names[at % Math.max(1, names.length)];
      if (name !== undefined) params[name] = wrong;
      return { method: value.method, params };
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.anything()), (value) => {
        try {
          parseClientRequest(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but ProtocolError on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (value) => {
        expect(() => decodeRpc(value)).toThrow(ProtocolError);
      }),
      { numRuns: 200 },
    );
  });
});

const account = `05${'ab'.repeat(32)}`;
const box = `03${'ab'.repeat(32)}`;
const signature = toBase64(new Uint8Array(64));
const h = 'A'.repeat(43);
const now = 1_754_000_000_000;
const store = { pubkey: account, data: 'AAAA', timestamp: now, ttl: 10_000 };
const signed = { pubkey: box, signature };

function read(method: string, params: object): ClientRequest {
  return parseClientRequest({ method, params });
}

describe('what other clients send', () => {
  it('is taken in all its forms', () => {
    const expected = { method: 'store', namespace: 0, timestamp: now, expiry: now + 10_000 };
    expect(read('store', store)).toMatchObject(expected);
    expect(read('store', { ...store, pubkey: null, pubKey: account.toUpperCase() })).toMatchObject(expected);
    expect(read('store', { ...store, timestamp: String(now), ttl: '10000' })).toMatchObject(expected);
    expect(read('store', { ...store, unknown: {}, namespace: null, data: '' })).toHaveProperty(
      'data.length',
      0,
    );
    expect(read('get_snodes_for_pubkey', { pubKey: account })).toEqual(
      read('get_swarm', { pubkey: account }),
    );
    expect(read('delete', { ...signed, messages: h })).toMatchObject({ hashes: [h], required: false });
    expect(read('retrieve', { pubkey: account, lastHash: h, max_count: 0, max_size: 0 })).toEqual({
      method: 'retrieve',
      mailbox: fromHex(account),
      namespace: 0,
      lastHash: h,
    });
    expect(read('retrieve', { pubkey: account, last_hash: '', wait: 60_000 })).toEqual({
      method: 'retrieve',
      mailbox: fromHex(account),
      namespace: 0,
      wait: MAX_RETRIEVE_WAIT,
    });
    const unpadded = signature.slice(0, 86);
    expect(read('store', { ...store, signature: unpadded })).toHaveProperty('auth.signedAt', now);
    const token = new Uint8Array(SUBACCOUNT_TOKEN_BYTES).fill(7);
    for (const subaccountText of [toBase64(token), toHex(token), toHex(token).toUpperCase()]) {
      const params = { ...signed, messages: [h], subaccount: subaccountText, subaccount_sig: signature };
      expect(read('delete', params)).toHaveProperty('auth.subaccount.token', token);
    }
  });

  it('is not looked at beyond what a request needs', () => {
    expect(read('store', { ...store, pubkey_ed25519: 'x', subaccount: 'x' })).not.toHaveProperty('auth');
    expect(read('info', { pubkey: 5 })).toEqual({ method: 'info' });
  });

  it('holds the largest message and not one byte more', () => {
    const largest = toBase64(new Uint8Array(MAX_MESSAGE_DATA_BYTES));
    expect(read('store', { ...store, data: largest })).toHaveProperty('data.length', MAX_MESSAGE_DATA_BYTES);
    const larger = toBase64(new Uint8Array(MAX_MESSAGE_DATA_BYTES + 1));
    expect(() => read('store', { ...store, data: larger })).toThrow(
      'invalid request: Message body exceeds maximum allowed length of 76800 bytes',
    );
  });
});

describe('what is refused, word for word', () => {
  const twenty = Array.from({ length: 20 }, () => ({ method: 'info', params: {} }));
  it.each<[string, unknown]>([
    ['invalid json: no `method` field', 5],
    ['invalid json: no `method` field', { params: {} }],
    ['invalid json: no `params` field', { method: 'info' }],
    ['invalid json: no `params` field', { method: 'info', params: [] }],
    ['no method nothing', { method: 'nothing', params: {} }],
    ['no method toString', { method: 'toString', params: {} }],
  ])('%s', (text, value) => {
    expect(() => parseClientRequest(value)).toThrow(expect.objectContaining({ message: text }));
  });

  it.each<[string, string, object]>([
    ["Required field 'timestamp' missing", 'store', { ...store, timestamp: undefined }],
    ["Required field 'expiry' or 'ttl' missing", 'store', { ...store, ttl: undefined }],
    ["Cannot specify both 'expiry' and 'ttl'", 'store', { ...store, expiry: now }],
    ["Required field 'pubkey' missing", 'store', { ...store, pubkey: undefined }],
    ["Cannot specify both 'pubkey' and 'pubKey'", 'store', { ...store, pubKey: account }],
    ["Cannot specify both 'pubkey' and 'pubKey'", 'get_swarm', { pubkey: account, pubKey: account }],
    ['Pubkey must be 66 hex digits (33 bytes) long', 'store', { ...store, pubkey: account.slice(2) }],
    ['Pubkey must be 66 hex digits (33 bytes) long', 'store', { ...store, pubkey: 'g'.repeat(66) }],
    ["Required field 'data' missing", 'store', { ...store, data: undefined }],
    ["Invalid 'data' value: not base64 encoded", 'store', { ...store, data: '!' }],
    ["Invalid value given for 'data': expected string", 'store', { ...store, data: 5 }],
    ["Invalid value given for 'ttl': expected positive integer", 'store', { ...store, ttl: -1 }],
    ["Invalid value given for 'namespace': value out of range", 'store', { ...store, namespace: 32_768 }],
    ["Invalid value given for 'namespace': value out of range", 'store', { ...store, namespace: -32_769 }],
    ["Invalid value given for 'namespace': expected 16-bit integer", 'store', { ...store, namespace: 'all' }],
    [
      "Invalid timestamp for 'expiry': timestamp must be in milliseconds",
      'store',
      { ...store, ttl: undefined, expiry: 999_999_999 },
    ],
    [
      "Invalid timestamp for 'timestamp': timestamp must be in milliseconds",
      'retrieve',
      { ...signed, timestamp: 999_999_999 },
    ],
    ["Required field 'signature' missing", 'retrieve', { pubkey: account, namespace: 0 }],
    ["Required field 'signature' missing", 'retrieve', { pubkey: account, timestamp: now }],
    ["Required field 'timestamp' missing", 'retrieve', signed],
    [
      "Cannot specify both 'last_hash' and 'lastHash'",
      'retrieve',
      { pubkey: account, lastHash: h, last_hash: h },
    ],
    ['Invalid last_hash: expected base64 (43 chars)', 'retrieve', { pubkey: account, last_hash: 'A' }],
    ['Invalid last_hash: not base64', 'retrieve', { pubkey: account, last_hash: '!'.repeat(43) }],
    ["Invalid value given for 'max_size': expected integer", 'retrieve', { pubkey: account, max_size: '1' }],
    [
      'invalid signature: expected base64 encoded Ed25519 signature',
      'delete',
      { ...signed, messages: [h], signature: 'AA' },
    ],
    [
      'pubkey_ed25519 is only permitted for 05[...] pubkeys',
      'delete',
      { ...signed, messages: [h], pubkey_ed25519: 'ab'.repeat(32) },
    ],
    [
      'Invalid pubkey_ed25519: expected 64 hex char or 32 byte pubkey',
      'delete',
      { ...signed, pubkey: account, messages: [h], pubkey_ed25519: 'ab' },
    ],
    [
      'invalid pubkey_ed25519: value is not hex',
      'delete',
      { ...signed, pubkey: account, messages: [h], pubkey_ed25519: 'x'.repeat(64) },
    ],
    [
      'invalid subaccount: subaccount_sig is required when using subaccount',
      'delete',
      { ...signed, messages: [h], subaccount: 'A'.repeat(48) },
    ],
    [
      'invalid subaccount: expected base64 or hex-encoded subaccount token',
      'delete',
      { ...signed, messages: [h], subaccount: 'A'.repeat(47), subaccount_sig: signature },
    ],
    [
      'invalid subaccount signature: expected base64 encoded Ed25519 signature',
      'delete',
      { ...signed, messages: [h], subaccount: 'A'.repeat(48), subaccount_sig: 'A' },
    ],
    ["Required field 'messages' missing", 'delete', signed],
    ['messages does not contain any message hashes', 'delete', { ...signed, messages: [] }],
    ["Invalid value given for 'messages': expected string array", 'delete', { ...signed, messages: [5] }],
    ['invalid message hash', 'delete', { ...signed, messages: ['A'] }],
    [
      "Invalid value given for 'required': expected boolean",
      'delete',
      { ...signed, messages: [h], required: 1 },
    ],
    ["Required field 'expiry' missing", 'expire', { ...signed, messages: [h] }],
    [
      "'expiry' does not contain any expiration timestamps",
      'expire',
      { ...signed, messages: [h], expiry: [] },
    ],
    [
      "'expiry' must be a single expiry, or the same length as 'messages'",
      'expire',
      { ...signed, messages: [h], expiry: [now, now] },
    ],
    [
      "cannot specify both 'shorten' and 'extend'",
      'expire',
      { ...signed, messages: [h], expiry: now, shorten: true, extend: true },
    ],
    ["Required field 'timestamp' missing", 'get_expiries', { ...signed, messages: [h] }],
    ['Invalid batch request: no valid "requests" field', 'batch', {}],
    ['Invalid batch request: no valid "requests" field', 'sequence', { requests: [] }],
    ['Invalid batch request: subrequest limit exceeded', 'batch', { requests: [...twenty, ...twenty] }],
    ['Invalid batch request: requests must be objects', 'batch', { requests: [5] }],
    [
      'Invalid batch request: subrequests must have method/params keys',
      'batch',
      { requests: [{ method: 'info' }] },
    ],
    [
      'Invalid batch subrequest: subrequests may not contain meta-requests',
      'batch',
      { requests: [{ method: 'sequence', params: { requests: twenty } }] },
    ],
    [
      'Invalid batch subrequest: invalid method "x"',
      'batch',
      { requests: [...twenty.slice(1), { method: 'x', params: {} }] },
    ],
    ["Invalid oxend endpoint 'get_info'", 'oxend_request', { endpoint: 'get_info' }],
  ])('%s: %s', (text, method, params) => {
    expect(() => read(method, params)).toThrow(
      expect.objectContaining({ name: 'ProtocolError', message: `invalid request: ${text}` }),
    );
  });

  it('takes twenty subrequests', () => {
    expect(read('batch', { requests: twenty })).toHaveProperty('requests.length', 20);
    expect(() => read('batch', { requests: [...twenty, twenty[0]] })).toThrow(ProtocolError);
  });
});

describe('namespaces', () => {
  const [day14, day30] = [14 * 86_400_000, 30 * 86_400_000];
  it.each([
    // number, open to store, open to read, outbox, unrevocable, days
    [0, true, false, false, false, day14],
    [40, true, false, false, false, day14],
    [-30, true, false, false, false, day14],
    [-1230, true, false, false, false, day14],
    [-10, true, true, false, false, day14],
    [42, false, false, false, false, day30],
    [-1, false, true, true, false, day30],
    [-21, false, true, true, false, day30],
    [-41, false, true, true, false, day30],
    [-31, false, false, false, false, day30],
    [-11, false, false, false, true, day30],
    [-111, false, false, false, true, day30],
    [1, false, false, false, false, day30],
    [41, false, false, false, false, day30],
    [11, false, false, false, false, day30],
  ])('%i', (number, openStore, openRetrieve, outbox, unrevocable, maxTtl) => {
    expect(namespaceRules(number)).toEqual({ openStore, openRetrieve, outbox, unrevocable, maxTtl });
  });
});

describe('what is signed and hashed', () => {
  it('is the text of the protocol', () => {
    const texts = [
      storeText(0, 5),
      storeText(-41, 5),
      retrieveText(0, 5),
      retrieveText(40, 5),
      deleteText(['a', 'b']),
      expireText({ mode: 'set', expiries: [5], hashes: ['a', 'b'] }),
      expireText({ mode: 'shorten', expiries: [5, 6], hashes: ['a', 'b'] }),
      expireText({ mode: 'extend', expiries: [5], hashes: ['a'] }),
      getExpiriesText(5, ['a', 'b']),
      deletedText('05ab', ['b', 'a'], ['a']),
      expiredText({
        account: '05ab',
        expiries: [5],
        asked: ['b', 'a'],
        updated: ['a'],
        unchanged: [['b', 7]],
      }),
    ];
    expect(texts.map(fromUtf8)).toEqual([
      'store5',
      'store-415',
      'retrieve5',
      'retrieve405',
      'deleteab',
      'expire5ab',
      'expireshorten56ab',
      'expireextend5a',
      'get_expiries5ab',
      '05abbaa',
      '05ab5baab7',
    ]);
  });

  it('is what the original network hashes', () => {
    const file = new URL('../../../../vectors/storage/message-hash.json', import.meta.url);
    const vector = JSON.parse(readFileSync(file, 'utf8')) as Record<
      'mailbox' | 'data' | 'hash' | 'text',
      string
    >;
    const input = messageHashInput(fromHex(vector.mailbox), 0, fromHex(vector.data));
    // The hash of these bytes is among the vectors of package `crypto`.
    expect(toHex(input)).toBe(vector.mailbox + vector.data);
    expect(messageHashText(fromHex(vector.hash))).toBe(vector.text);
    expect(messageHashInput(Uint8Array.of(3), -41, Uint8Array.of(4))).toEqual(
      Uint8Array.of(3, 0x2d, 0x34, 0x31, 4),
    );
  });

  it('knows the parts of a token', () => {
    const token = Uint8Array.of(3, 7, 0, 0, ...new Uint8Array(32).fill(9));
    expect(decodeSubaccountToken(token)).toEqual({
      prefix: 3,
      access: 7,
      ed25519: new Uint8Array(32).fill(9),
    });
    expect(() => decodeSubaccountToken(token.subarray(1))).toThrow(ProtocolError);
  });
});
