import { readFileSync } from 'node:fs';
import { asBytes, fromHex, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import type { ClientRequest, SingleRequest } from './client-request.ts';
import { MAX_RETRIEVE_WAIT, SUBACCOUNT_TOKEN_BYTES } from './constants.ts';
import { formatClientRequest, formatForwarded, formatRpc, paramsOf } from './format-request.ts';
import { messageHashInput, messageHashText } from './message-hash.ts';
import { namespaceRules } from './namespace.ts';
import { decodeForwarded, decodeRpc, parseClientRequest } from './parse-request.ts';
import {
  deleteAllText,
  deleteBeforeText,
  deletedText,
  deleteText,
  expireAllText,
  expiredText,
  expireText,
  getExpiriesText,
  retrieveText,
  revocationDoneText,
  revocationText,
  scopeDoneText,
  storeText,
} from './signed-text.ts';
import { decodeSubaccountToken } from './subaccount.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(asBytes);
const group = bytes(32).map((key) => asBytes(Uint8Array.of(3, ...key)));
const person = bytes(32).map((key) => asBytes(Uint8Array.of(5, ...key)));
const time = fc.integer({ min: 1_000_000_000, max: 4_000_000_000_000 });
const namespace = fc.integer({ min: -32_768, max: 32_767 });
const scope = fc.oneof(namespace, fc.constant('all' as const));
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
  fc.record({ method: fc.constant('delete_all' as const), mailbox: group, namespace: scope, auth: timed }),
  fc.record({
    method: fc.constant('delete_before' as const),
    mailbox: person,
    namespace: scope,
    before: time,
    auth: personAuth,
  }),
  fc.record({
    method: fc.constant('expire_all' as const),
    mailbox: group,
    namespace: scope,
    expiry: time,
    auth: groupAuth,
  }),
  fc.record({
    method: fc.constantFrom('revoke_subaccount' as const, 'unrevoke_subaccount' as const),
    mailbox: person,
    tokens: fc.array(bytes(SUBACCOUNT_TOKEN_BYTES), { maxLength: 4 }),
    auth: fc.tuple(personAuth, time).map(([auth, signedAt]) => ({ ...auth, signedAt })),
  }),
  fc.record({ method: fc.constant('get_expiries' as const), mailbox: group, hashes, auth: timed }),
  fc.record({ method: fc.constant('get_swarm' as const), mailbox: person }),
  fc.constantFrom(
    { method: 'info' as const },
    { method: 'sotto_directory' as const },
    { method: 'active_nodes_bin' as const },
  ),
  fc.constant({
    method: 'oxend_request' as const,
    endpoint: 'get_service_nodes' as const,
    params: { active_only: true },
  }),
);
const batch = fc.record({
  method: fc.constantFrom('batch' as const, 'sequence' as const),
  requests: fc.array(single, { minLength: 1, maxLength: 20 }),
});
const numbers = (length: number) => fc.array(fc.nat(30), { minLength: length, maxLength: length });
const condition = fc
  .record(
    {
      heightAtLeast: fc.nat(),
      heightBefore: fc.nat(),
      hardforkAtLeast: numbers(2),
      hardforkBefore: numbers(2),
      versionAtLeast: numbers(3),
      versionBefore: numbers(3),
    },
    { requiredKeys: [] },
  )
  .filter((one) => Object.keys(one).length > 0);
const ifElse = (branch: fc.Arbitrary<ClientRequest>) =>
  fc
    .record(
      { method: fc.constant('ifelse' as const), condition, whenTrue: branch, whenFalse: branch },
      { requiredKeys: ['method', 'condition'] },
    )
    .filter((one) => 'whenTrue' in one || 'whenFalse' in one);
const shallow = fc.oneof({ weight: 3, arbitrary: single }, batch);
const request: fc.Arbitrary<ClientRequest> = fc.oneof(
  { weight: 5, arbitrary: shallow },
  ifElse(shallow),
  ifElse(ifElse(shallow)),
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

  it('comes back with the time that a member passes on, and from other makes without', () => {
    fc.assert(
      fc.property(single, time, (value, at) => {
        expect(decodeForwarded(formatForwarded(value, at))).toEqual({ request: value, at });
        expect(decodeForwarded(formatClientRequest(value))).toEqual({ request: value });
        expect(decodeRpc(formatForwarded(value, at))).toEqual(value);
      }),
      { numRuns: 50 },
    );
    const text = (at: unknown) => utf8(JSON.stringify({ method: 'info', params: {}, at }));
    for (const at of [-1, 1.5, '5', null, 2 ** 60]) {
      expect(decodeForwarded(text(at))).toEqual({ request: { method: 'info' } });
    }
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
      deleteAllText(0, 5),
      deleteAllText('all', 5),
      deleteAllText(-41, 5),
      deleteBeforeText('all', 5),
      deleteBeforeText(42, 5),
      expireAllText('all', 5),
      expireAllText(0, 5),
      revocationText('revoke_subaccount', 5, [utf8('a'), utf8('b')]),
      revocationText('unrevoke_subaccount', 5, [utf8('a')]),
      scopeDoneText('05ab', 5, ['a', 'b']),
      revocationDoneText('05ab', 5, [utf8('b'), utf8('a')]),
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
      'delete_all5',
      'delete_allall5',
      'delete_all-415',
      'delete_beforeall5',
      'delete_before425',
      'expire_allall5',
      'expire_all5',
      'revoke_subaccount5ab',
      'unrevoke_subaccount5a',
      '05ab5ab',
      '05ab5ba',
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
