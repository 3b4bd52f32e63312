import { type Bencodable, concatBytes, decodeBencoded, encodeBencoded, fromUtf8, toHex } from '@sotto/bytes';
import { ed25519KeyPair, ed25519PublicToX25519, randomBytes } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { readSubscription } from './read-subscription.ts';

const NOW = 1_700_000_000_000;
const SECONDS = NOW / 1000;
const DAY = 86_400;
const pair = ed25519KeyPair(randomBytes(32));
const p = concatBytes(Uint8Array.of(3), pair.publicKey);
const good = { p, n: [-10, 0, 40], s: randomBytes(64), t: SECONDS, d: 1 };

const read = (dict: { readonly [key: string]: Bencodable | undefined }) =>
  readSubscription(decodeBencoded(encodeBencoded(dict), { depth: 4, values: 500 }), NOW);

describe('a subscription', () => {
  it('is signed over its account, time, wish for data and namespaces', () => {
    const whole = read(good);
    if ('errcode' in whole) throw new Error(whole.error);
    expect(fromUtf8(whole.text)).toBe(`MONITOR${toHex(p)}${SECONDS}1-10,0,40`);
    expect(whole).toMatchObject({ mailbox: p, namespaces: [-10, 0, 40], withData: true });
    const short = read({ ...good, d: undefined, n: [0] });
    if ('errcode' in short) throw new Error(short.error);
    expect(fromUtf8(short.text)).toBe(`MONITOR${toHex(p)}${SECONDS}00`);
  });

  it('of an account names its Ed25519 key and is for its mailbox', () => {
    const whole = read({ ...good, p: undefined, P: pair.publicKey });
    if ('errcode' in whole) throw new Error(whole.error);
    const x25519 = ed25519PublicToX25519(pair.publicKey);
    expect(toHex(whole.mailbox)).toBe(`05${toHex(x25519 ?? new Uint8Array())}`);
    expect(whole.auth.ed25519).toEqual(pair.publicKey);
  });

  it.each([
    [1, 'no owner', { ...good, p: undefined }],
    [1, 'two owners', { ...good, P: pair.publicKey }],
    [2, 'a short owner', { ...good, p: p.subarray(1) }],
    [2, 'a short key', { ...good, p: undefined, P: p }],
    [2, 'a key that is no point', { ...good, p: undefined, P: new Uint8Array(32).fill(255) }],
    [2, 'a short signature of a token', { ...good, S: randomBytes(63), T: randomBytes(36) }],
    [1, 'no token', { ...good, S: randomBytes(64) }],
    [2, 'a short token', { ...good, S: randomBytes(64), T: randomBytes(35) }],
    [1, 'no namespaces', { ...good, n: undefined }],
    [1, 'none of them', { ...good, n: [] }],
    [1, 'one that is none', { ...good, n: [40_000] }],
    [3, 'namespaces out of order', { ...good, n: [40, 0] }],
    [3, 'one twice', { ...good, n: [0, 0] }],
    [3, 'more than any', { ...good, n: Array.from({ length: 101 }, (_, at) => at) }],
    [1, 'no signature', { ...good, s: undefined }],
    [5, 'a short signature', { ...good, s: randomBytes(63) }],
    [1, 'no time', { ...good, t: undefined }],
    [4, 'a time too long ago', { ...good, t: SECONDS - 14 * DAY - 1 }],
    [4, 'a time too far ahead', { ...good, t: SECONDS + DAY + 1 }],
  ])('is refused with %i for %s', (errcode, _, dict) => {
    expect(read(dict)).toMatchObject({ errcode });
  });

  it('is good for fourteen days, and from a day before', () => {
    expect(read({ ...good, t: SECONDS - 14 * DAY })).not.toHaveProperty('errcode');
    expect(read({ ...good, t: SECONDS + DAY })).not.toHaveProperty('errcode');
  });
});
