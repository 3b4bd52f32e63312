import { asBytes, type Bytes, encodeBencodedList, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYNC } from '../constants.ts';
import { decodeItem, encodeItem, type MessageItem, type SyncItem } from './sync-item.ts';

const message: MessageItem = {
  kind: 'message',
  mailbox: randomBytes(33),
  namespace: -41,
  data: randomBytes(100),
  timestamp: 1_700_000_000_000,
  baseExpiry: 1_700_000_900_000,
  storedAt: 1_700_000_000_001,
  signedAt: 1_700_000_000_002,
  evidence: {
    signature: randomBytes(64),
    ed25519: randomBytes(32),
    subaccount: { token: randomBytes(36), signature: randomBytes(64) },
  },
};

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(asBytes);
const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const evidence = fc.record(
  {
    signature: bytes(64),
    ed25519: bytes(32),
    subaccount: fc.record({ token: bytes(36), signature: bytes(64) }),
  },
  { requiredKeys: ['signature'] },
);
const messages = fc.record(
  {
    kind: fc.constant('message' as const),
    mailbox: bytes(33),
    namespace: fc.integer({ min: -32_768, max: 32_767 }),
    data: fc.uint8Array().map(asBytes),
    timestamp: time,
    baseExpiry: time,
    storedAt: time,
    signedAt: time,
    evidence,
  },
  {
    requiredKeys: [
      ...(['kind', 'mailbox', 'namespace', 'data', 'timestamp'] as const),
      ...(['baseExpiry', 'storedAt', 'signedAt'] as const),
    ],
  },
);
const items: fc.Arbitrary<SyncItem> = fc.oneof(
  fc.record({ kind: fc.constant('operation' as const), at: time, text: fc.uint8Array().map(asBytes) }),
  messages,
);

describe('an item', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(items, (item) => {
        expect(decodeItem(encodeItem(item))).toEqual(item);
      }),
    );
  });

  it('has one form, whatever was changed in it', () => {
    const written = encodeItem(message);
    fc.assert(
      fc.property(fc.nat(written.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = written.slice();
        changed[at] = (changed[at] ?? 0) ^ mask;
        const read = decodeItem(changed);
        if (read !== undefined) expect(encodeItem(read)).toEqual(changed);
      }),
    );
  });

  it('that is too long, or none, is refused', () => {
    const parts = (...all: readonly (string | Bytes)[]) =>
      encodeBencodedList(all.map((part) => (typeof part === 'string' ? utf8(part) : part)));
    const broken: readonly Bytes[] = [
      encodeItem({ ...message, data: randomBytes(76_801) }),
      encodeItem({ ...message, mailbox: randomBytes(32) }),
      encodeItem({ ...message, namespace: 32_768 }),
      encodeItem({ ...message, storedAt: -1 }),
      encodeItem({ ...message, signedAt: 0.5 }),
      encodeItem({ kind: 'operation', at: 1, text: new Uint8Array(SYNC.itemBytes) }),
      parts('o', '01', 'x'),
      parts('o', '', 'x'),
      parts('o', '1'),
      parts('o', '1', 'x', 'y'),
      parts('x', '1', 'x'),
      parts('m', randomBytes(33), '1', '1', '1', '1', '1'),
      parts('m', randomBytes(33), '1', '1', '1', '1', '1', 'data', randomBytes(63), '', '', ''),
      parts('m', randomBytes(33), '1', '1', '1', '1', '1', 'data', randomBytes(64), 'k', '', ''),
      parts('m', randomBytes(33), '1', '1', '1', '1', '1', 'data', randomBytes(64), '', randomBytes(36), ''),
      utf8('d1:a1:be'),
      new Uint8Array(),
    ];
    for (const item of broken) expect(decodeItem(item)).toBeUndefined();
  });
});
