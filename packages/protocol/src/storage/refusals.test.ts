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
const token = toBase64(new Uint8Array(SUBACCOUNT_TOKEN_BYTES));
/** Spelled so that nobody takes the object for a promise. */
const THEN = 'then';
const info = { method: 'info', params: {} };
const condition = { hf_at_least: 19 };

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

  it('names whole namespaces by number, by "all" or not at all', () => {
    const all = { ...signed, timestamp: now };
    expect(read('delete_all', all)).toMatchObject({ namespace: 0, auth: { signedAt: now } });
    expect(read('delete_all', { ...all, namespace: 'all' })).toHaveProperty('namespace', 'all');
    expect(read('delete_before', { ...signed, before: now, namespace: -41 })).toMatchObject({
      namespace: -41,
      before: now,
    });
    expect(read('expire_all', { ...signed, expiry: now })).toMatchObject({ namespace: 0, expiry: now });
  });

  it('names tokens one or many, in base64 or hexadecimal, and no subaccount may sign for them', () => {
    const bytes = new Uint8Array(SUBACCOUNT_TOKEN_BYTES);
    const by = { ...signed, timestamp: now, subaccount: 'nonsense' };
    expect(read('revoke_subaccount', { ...by, revoke: token })).toHaveProperty('tokens', [bytes]);
    const both = read('unrevoke_subaccount', { ...by, unrevoke: [token, toHex(bytes)] });
    expect(both).toHaveProperty('tokens', [bytes, bytes]);
    expect(both).not.toHaveProperty('auth.subaccount');
  });

  it('asks with lists of numbers of any length', () => {
    const asked = {
      hf_at_least: 19,
      hf_before: [20],
      v_at_least: [2, 8, 0, 7],
      v_before: [3],
      height_at_least: 1,
    };
    expect(read('ifelse', { if: asked, else: info })).toEqual({
      method: 'ifelse',
      condition: {
        heightAtLeast: 1,
        hardforkAtLeast: [19, 0],
        hardforkBefore: [20, 0],
        versionAtLeast: [2, 8, 0],
        versionBefore: [3, 0, 0],
      },
      whenFalse: { method: 'info' },
    });
    const nested = {
      method: 'ifelse',
      params: { if: asked, [THEN]: { method: 'batch', params: { requests: [info] } } },
    };
    expect(read('ifelse', { if: asked, [THEN]: nested })).toHaveProperty(
      'whenTrue.whenTrue.requests.length',
      1,
    );
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
    ["Required field 'pubkey' missing", 'delete_all', { signature, timestamp: now }],
    ["Required field 'signature' missing", 'delete_all', { pubkey: box, timestamp: now }],
    ["Required field 'timestamp' missing", 'delete_all', signed],
    [
      'Invalid value given for \'namespace\': expected integer or "all"',
      'delete_all',
      { ...signed, timestamp: now, namespace: 'none' },
    ],
    [
      "Invalid value given for 'namespace': value out of range",
      'delete_all',
      { ...signed, timestamp: now, namespace: 32_768 },
    ],
    ["Required field 'before' missing", 'delete_before', { ...signed, namespace: 'all' }],
    [
      "Invalid value given for 'before': expected integer timestamp (in milliseconds)",
      'delete_before',
      { ...signed, before: '1' },
    ],
    ["Required field 'expiry' missing", 'expire_all', signed],
    [
      "Invalid timestamp for 'expiry': timestamp must be in milliseconds",
      'expire_all',
      { ...signed, expiry: 999_999_999 },
    ],
    ["Required field 'revoke' missing", 'revoke_subaccount', { ...signed, timestamp: now }],
    ["Required field 'timestamp' missing", 'revoke_subaccount', { ...signed, revoke: token }],
    [
      "Invalid value given for 'revoke': expected string array",
      'revoke_subaccount',
      { ...signed, timestamp: now, revoke: [5] },
    ],
    [
      'invalid revoke: expected base64 or hex-encoded subaccount tag',
      'revoke_subaccount',
      { ...signed, timestamp: now, revoke: [token, token.slice(1)] },
    ],
    [
      'invalid revoke: cannot revoke more than 50 subaccounts at once',
      'revoke_subaccount',
      { ...signed, timestamp: now, revoke: Array(51).fill(token) },
    ],
    ["Required field 'unrevoke' missing", 'unrevoke_subaccount', { ...signed, timestamp: now }],
    [
      'invalid unrevoke: expected base64 or hex-encoded subaccount tag',
      'unrevoke_subaccount',
      { ...signed, timestamp: now, unrevoke: 'A' },
    ],
    [
      'invalid unrevoke: cannot unrevoke more than 1000 subaccounts at once',
      'unrevoke_subaccount',
      { ...signed, timestamp: now, unrevoke: Array(1_001).fill(token) },
    ],
    ['Invalid ifelse request: no valid "if" field', 'ifelse', { [THEN]: info }],
    [
      'Invalid ifelse request: must specify at least one "if" condition',
      'ifelse',
      { if: { hf_at_least: [], height: 5 }, [THEN]: info },
    ],
    [
      "Invalid value given for 'height_before': expected integer",
      'ifelse',
      { if: { height_before: '5' }, [THEN]: info },
    ],
    [
      "Invalid value given for 'v_before': expected integer array",
      'ifelse',
      { if: { v_before: [2, '8'] }, [THEN]: info },
    ],
    ['Invalid ifelse request: at least one of "then"/"else" required', 'ifelse', { if: condition }],
    ['Invalid ifelse request: then must be an object', 'ifelse', { if: condition, [THEN]: null }],
    [
      'Invalid ifelse request: else must have method/params keys',
      'ifelse',
      { if: condition, else: { method: 'info' } },
    ],
    [
      'Invalid ifelse request method "else"',
      'ifelse',
      { if: condition, [THEN]: info, else: { method: 'x', params: {} } },
    ],
    [
      'Invalid batch subrequest: subrequests may not contain meta-requests',
      'batch',
      { requests: [{ method: 'ifelse', params: { if: condition, [THEN]: info } }] },
    ],
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
