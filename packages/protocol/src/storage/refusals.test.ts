import { fromHex, toBase64, toHex } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import type { ClientRequest } from './client-request.ts';
import { MAX_MESSAGE_DATA_BYTES, MAX_RETRIEVE_WAIT, SUBACCOUNT_TOKEN_BYTES } from './constants.ts';
import { parseClientRequest } from './parse-request.ts';

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
