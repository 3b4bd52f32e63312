import { asBytes, type Bytes, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { blake2b, ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import {
  deleteAllText,
  deleteText,
  expireText,
  formatClientRequest,
  messageHashInput,
  messageHashText,
  type OperationRequest,
  type RequestAuth,
  SUBACCOUNT_ACCESS,
  storeText,
} from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncedMessage } from '../store/messages.ts';
import { judgeMessage, judgeOperation } from './judge-remembered.ts';

const AT = 1_800_000_000_000;
const DAY = 86_400_000;
const MINUTE = 60_000;
const pair = ed25519KeyPair(randomBytes(32));
const mailbox = asBytes(Uint8Array.of(3, ...pair.publicKey));
const member = ed25519KeyPair(randomBytes(32));
const hash = messageHashText(randomBytes(32));
const never = () => undefined;

function signed(text: Bytes): RequestAuth {
  return { signature: ed25519Sign(pair.secretKey, text) };
}

function bySubaccount(access: number, text: Bytes): RequestAuth {
  const token = asBytes(Uint8Array.of(3, access, 0, 0, ...member.publicKey));
  const subaccount = { token, signature: ed25519Sign(pair.secretKey, token) };
  return { signature: ed25519Sign(member.secretKey, text), subaccount };
}

function judge(request: OperationRequest, at = AT, revokedSince: () => number | undefined = never) {
  return judgeOperation({ request: fromUtf8(formatClientRequest(request)), at }, revokedSince) !== undefined;
}

describe('an operation that another member remembers', () => {
  const remove = (auth = signed(deleteText([hash]))): OperationRequest => ({
    ...{ method: 'delete', mailbox, hashes: [hash], required: false },
    auth,
  });
  const clear = (signedAt: number): OperationRequest => ({
    ...{ method: 'delete_all', mailbox, namespace: 'all' },
    auth: { ...signed(deleteAllText('all', signedAt)), signedAt },
  });
  const shorten = (auth: RequestAuth, expiry: number): OperationRequest => ({
    ...{ method: 'expire', mailbox, mode: 'shorten', hashes: [hash], expiries: [expiry] },
    auth,
  });

  it('counts when its owner has signed it', () => {
    expect(judge(remove())).toBe(true);
    expect(judge(remove(signed(deleteText([hash, hash]))))).toBe(false);
    expect(judge({ ...remove(), mailbox: asBytes(Uint8Array.of(3, ...member.publicKey)) })).toBe(false);
  });

  it('has a time that fits the one that was signed', () => {
    for (const [off, good] of [
      [0, true],
      [3 * MINUTE, true],
      [3 * MINUTE + 1, false],
    ] as const) {
      expect([judge(clear(AT), AT + off), judge(clear(AT), AT - off)]).toEqual([good, good]);
    }
    const terms = (expiry: number) =>
      shorten(signed(expireText({ mode: 'shorten', expiries: [expiry], hashes: [hash] })), expiry);
    expect(judge(terms(AT - 3 * MINUTE))).toBe(true);
    // Said again when that time has long passed it would end lives that were lengthened since.
    expect(judge(terms(AT - 3 * MINUTE - 1))).toBe(false);
  });

  it('of a subaccount counts with the bits, and when it is older than the revocation', () => {
    const by = (access: number) => remove(bySubaccount(access, deleteText([hash])));
    expect(judge(by(SUBACCOUNT_ACCESS.delete))).toBe(true);
    expect(judge(by(SUBACCOUNT_ACCESS.write))).toBe(false);
    expect(judge(by(SUBACCOUNT_ACCESS.delete), AT, () => AT)).toBe(false);
    expect(judge(by(SUBACCOUNT_ACCESS.delete), AT, () => AT + 1)).toBe(true);
    const text = expireText({ mode: 'shorten', expiries: [AT + DAY], hashes: [hash] });
    expect(judge(shorten(bySubaccount(2, text), AT + DAY))).toBe(false);
    expect(judge(shorten(bySubaccount(6, text), AT + DAY))).toBe(true);
  });

  it('is written in one way, and is an operation', () => {
    const text = fromUtf8(formatClientRequest(remove()));
    const ask = (request: string) => judgeOperation({ request, at: AT }, never);
    expect(ask(text)?.text).toBe(text);
    expect(ask(`${text} `)).toBeUndefined();
    expect(ask(text.replace(toHex(mailbox), toHex(mailbox).toUpperCase()))).toBeUndefined();
    expect(ask(text.replace('"required":false', '"required":true'))).toBeUndefined();
    expect(ask(fromUtf8(formatClientRequest({ method: 'info' })))).toBeUndefined();
    expect(ask('{')).toBeUndefined();
  });

  it('throws nothing, whatever another member says', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (request, at) => {
        expect(judgeOperation({ request, at }, never)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});

describe('a message that another member keeps', () => {
  const data = utf8('what is kept');
  const named = (namespace: number) =>
    messageHashText(blake2b(32, messageHashInput(mailbox, namespace, data)));
  const inbox: SyncedMessage = {
    ...{ mailbox, namespace: 40, hash: named(40), data },
    ...{ timestamp: AT, baseExpiry: AT + DAY, storedAt: AT, signedAt: 0 },
  };
  const kept = (namespace: number, evidence = signed(storeText(namespace, AT))): SyncedMessage => ({
    ...inbox,
    ...{ namespace, hash: named(namespace), signedAt: AT, evidence },
  });

  it('counts in an inbox as it is, and elsewhere with the signature that let it be stored', () => {
    expect(judgeMessage(inbox, never)).toBe(true);
    expect(judgeMessage(kept(42), never)).toBe(true);
    expect(judgeMessage(kept(-41), never)).toBe(true);
    const { evidence: _, ...bare } = kept(42);
    expect(judgeMessage(bare, never)).toBe(false);
    expect(judgeMessage(kept(42, signed(storeText(44, AT))), never)).toBe(false);
    expect(judgeMessage({ ...inbox, evidence: signed(storeText(40, AT)) }, never)).toBe(false);
    expect(judgeMessage({ ...inbox, signedAt: AT }, never)).toBe(false);
  });

  it('is what its hash says, and not too long', () => {
    expect(judgeMessage({ ...inbox, data: utf8('another') }, never)).toBe(false);
    const long = new Uint8Array(76_801);
    const longHash = messageHashText(blake2b(32, messageHashInput(mailbox, 40, long)));
    expect(judgeMessage({ ...inbox, data: asBytes(long), hash: longHash }, never)).toBe(false);
  });

  it('has times that fit each other, so that no signature serves again', () => {
    const off = 3 * MINUTE;
    expect(judgeMessage({ ...kept(42), storedAt: AT + off }, never)).toBe(true);
    expect(judgeMessage({ ...kept(42), storedAt: AT + off + 1 }, never)).toBe(false);
    expect(judgeMessage({ ...inbox, timestamp: AT + off + 1 }, never)).toBe(false);
    expect(judgeMessage({ ...inbox, baseExpiry: AT + 30 * DAY + off }, never)).toBe(true);
    expect(judgeMessage({ ...inbox, baseExpiry: AT + 30 * DAY + off + 1 }, never)).toBe(false);
  });

  it('of a subaccount counts with the bits, and when it is older than the revocation', () => {
    const by = (namespace: number, access: number) =>
      kept(namespace, bySubaccount(access, storeText(namespace, AT)));
    const { write, delete: remove } = SUBACCOUNT_ACCESS;
    expect(judgeMessage(by(42, write), never)).toBe(true);
    expect(judgeMessage(by(42, remove), never)).toBe(false);
    expect(judgeMessage(by(-41, write), never)).toBe(false);
    expect(judgeMessage(by(-41, write | remove), never)).toBe(true);
    expect(judgeMessage(by(42, write), () => AT)).toBe(false);
    expect(judgeMessage(by(42, write), () => AT + 1)).toBe(true);
  });
});
