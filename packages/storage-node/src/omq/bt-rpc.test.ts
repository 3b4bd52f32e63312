import { BytesError, decodeBencoded, fromUtf8, toBase64, toHex, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { type ClientRequest, decodeRpc, formatRpc, paramsOf } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBtParams, readBtReply, writeBtParams, writeBtReply } from './bt-rpc.ts';

const mailbox = Uint8Array.of(5, ...randomBytes(32));
const [signature, ed25519, data] = [randomBytes(64), randomBytes(32), randomBytes(300)];
const hash = 'a'.repeat(43);
const at = 1_700_000_000_000;
const subaccount = { token: randomBytes(36), signature: randomBytes(64) };
const auth = { signature, ed25519, subaccount };

const REQUESTS: readonly ClientRequest[] = [
  {
    ...{ method: 'store', mailbox, namespace: -41, data, timestamp: at, expiry: at + 60_000 },
    auth: { ...auth, signedAt: at },
  },
  { method: 'store', mailbox, namespace: 40, data: new Uint8Array(), timestamp: at, expiry: at + 60_000 },
  { method: 'retrieve', mailbox, namespace: 2, maxSize: -5, lastHash: hash, auth: { ...auth, signedAt: at } },
  { method: 'delete', mailbox, hashes: [hash], required: true, auth },
  { method: 'expire', mailbox, hashes: [hash, hash], expiries: [at, at + 1], mode: 'extend', auth },
  { method: 'get_expiries', mailbox, hashes: [hash], auth: { ...auth, signedAt: at } },
];

describe('a request in bencoding', () => {
  it.each(REQUESTS.map((request) => [request.method, request] as const))(
    'says the same as in JSON: %s',
    (_, request) => {
      const params = readBtParams(writeBtParams(paramsOf(request)));
      expect(decodeRpc(formatRpc(request.method, params))).toEqual(request);
    },
  );

  it('has bytes as bytes, in keys and signatures and whatever else is bytes', () => {
    const written = decodeBencoded(
      writeBtParams({ pubkey: toHex(mailbox), signature: toBase64(signature), revoke: [toBase64(data)] }),
      { depth: 3, values: 9 },
    );
    expect(written).toEqual(
      new Map<string, unknown>([
        ['pubkey', mailbox],
        ['revoke', [data]],
        ['signature', signature],
      ]),
    );
  });

  it('takes a key in hexadecimal too, and lists of tokens as they are', () => {
    const text = utf8(`d6:pubkey66:${toHex(mailbox)}8:requiredi1e6:revokel3:abc3:defee`);
    expect(readBtParams(text)).toEqual({
      pubkey: toHex(mailbox),
      revoke: [toBase64(utf8('abc')), toBase64(utf8('def'))],
      required: true,
    });
  });

  it('is refused with a typed error whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          readBtParams(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(BytesError);
        }
      }),
    );
  });
});

describe('a reply in bencoding', () => {
  it('comes back as it was, with numbers for truths', () => {
    const body = { hash, signature: toBase64(signature), expiry: at, already: true };
    expect(readBtReply(writeBtReply(body))).toEqual(body);
    expect(fromUtf8(writeBtReply({ already: true, gone: undefined, swarm: 2n ** 64n - 1n }))).toBe(
      'd7:alreadyi1e5:swarmi18446744073709551615ee',
    );
  });

  it('gives data and signatures as bytes, also inside lists and swarms', () => {
    const body = {
      messages: [{ data: toBase64(data) }],
      swarm: { [toHex(ed25519)]: { signature: toBase64(signature) } },
    };
    const read = decodeBencoded(writeBtReply(body), { depth: 5, values: 20 }) as ReadonlyMap<string, unknown>;
    expect(read.get('messages')).toEqual([new Map([['data', data]])]);
    expect(read.get('swarm')).toEqual(new Map([[toHex(ed25519), new Map([['signature', signature]])]]));
  });
});
