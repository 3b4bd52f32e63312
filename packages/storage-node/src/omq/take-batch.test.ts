import { type Bytes, concatBytes, encodeBencoded, utf8 } from '@sotto/bytes';
import { blake2b, ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { type AccountKeys, deriveAccount, firstRevision, seedFromBytes, signRecord } from '@sotto/identity';
import { messageHashInput, messageHashText, NAMESPACE } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { believe, type PushedMessage, readBatch } from './take-batch.ts';

const NOW = 1_790_000_000_000;
const DAY = 86_400_000;

function pushed(
  mailbox: Bytes,
  namespace: number,
  data: Bytes,
  over: Partial<PushedMessage> = {},
): PushedMessage {
  const hash = messageHashText(blake2b(32, messageHashInput(mailbox, namespace, data)));
  return { mailbox, hash, timestamp: NOW, expiry: NOW + DAY, data, ...over };
}

function account(): AccountKeys {
  return deriveAccount(seedFromBytes(randomBytes(32)));
}

function recordOf({ recoveryKey, identitySecret, recoverySecret }: AccountKeys, issuedAt: number): Bytes {
  const publicKey = (type: number, length: number) =>
    concatBytes(Uint8Array.of(type), new Uint8Array(length - 1));
  const device = {
    id: 1,
    registrationId: 42,
    deviceKey: ed25519KeyPair(randomBytes(32)).publicKey,
    signedPreKey: { id: 1, publicKey: publicKey(5, 33), signature: new Uint8Array(64) },
    lastResortKyberPreKey: { id: 2, publicKey: publicKey(8, 1_569), signature: new Uint8Array(64) },
    certificateSignature: new Uint8Array(64),
    createdAt: issuedAt,
  };
  const serverCertificate = new Uint8Array(105).fill(1);
  const draft = firstRevision({ recoveryKey, issuedAt, devices: [device], relays: [], serverCertificate });
  return signRecord({ draft, identitySecret, second: { kind: 'recovery', secret: recoverySecret } });
}

describe('what another member pushes', () => {
  it('is believed of public inboxes, in the namespace that its hash names', () => {
    const [mailbox, data] = [randomBytes(33), utf8('hello')];
    for (const namespace of [0, 40, -10, 20]) {
      expect(believe(pushed(mailbox, namespace, data), NOW)).toMatchObject({
        namespace,
        signedAt: 0,
        outbox: false,
      });
    }
    for (const namespace of [2, 42, -11, 1001, -21]) {
      expect(believe(pushed(mailbox, namespace, data), NOW)).toBeUndefined();
    }
  });

  it('is believed of a record that its owner has signed, from the time when it was made', () => {
    const owner = account();
    const record = recordOf(owner, NOW - 5);
    expect(believe(pushed(owner.account, NAMESPACE.record, record), NOW)).toMatchObject({
      ...{ namespace: NAMESPACE.record, signedAt: NOW - 5, outbox: true },
    });
    const altered = Uint8Array.from(record);
    altered[40] = (altered[40] ?? 0) ^ 1;
    expect(believe(pushed(owner.account, NAMESPACE.record, altered), NOW)).toBeUndefined();
    expect(believe(pushed(account().account, NAMESPACE.record, record), NOW)).toBeUndefined();
    const ahead = recordOf(owner, NOW + DAY);
    expect(believe(pushed(owner.account, NAMESPACE.record, ahead), NOW)).toBeUndefined();
  });

  it('is believed for as long as its owner has made it live', () => {
    for (const expiry of [NOW + 1, NOW + 30 * DAY]) {
      expect(believe(pushed(randomBytes(33), 0, utf8('hello'), { expiry }), NOW)).toMatchObject({ expiry });
    }
  });

  it.each([
    ['is over', { expiry: NOW }],
    ['lives longer than any', { expiry: NOW + 31 * DAY }],
    ['is of tomorrow', { timestamp: NOW + DAY, expiry: NOW + 2 * DAY }],
    ['has the hash of something else', { hash: 'a'.repeat(43) }],
  ])('is left out when it %s', (_, over) => {
    expect(believe(pushed(randomBytes(33), 0, utf8('hello'), over), NOW)).toBeUndefined();
  });

  it('is read as original nodes write it, without what is no message', () => {
    const { mailbox, hash, timestamp, expiry, data } = pushed(randomBytes(33), 0, utf8('hello'));
    const good = [mailbox, hash, timestamp, expiry, data];
    const rest = [
      [],
      'x',
      [mailbox, hash],
      [mailbox.subarray(1), ...good.slice(1)],
      [...good.slice(0, 4), new Uint8Array(76_801)],
    ];
    const bytes = concatBytes(Uint8Array.of(1), encodeBencoded([good, ...rest]));
    expect(readBatch(bytes)).toEqual([{ mailbox, hash, timestamp, expiry, data }]);
    expect(() => readBatch(bytes.subarray(1))).toThrow();
  });
});
