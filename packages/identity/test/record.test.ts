import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { asBytes, concatBytes, fromHex, toHex } from '@sotto/bytes';
import { ed25519SignExpanded } from '@sotto/crypto';
import { SignedAccountRecordSchema } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptRecord,
  accountIdFromBytes,
  type RecordDraft,
  type RelayAddress,
  readRecord,
} from '../src/index.ts';
import { signedBytes } from '../src/open-record.ts';
import { byDevice, byRecovery, contentOf, deviceNumbered, draftOf, sign } from './_account.ts';
import { accept, alice, bob, first, following, forge, type RawRecord, signUnlisted } from './_records.ts';
import { type RecordVectors, readVectors } from './_vectors.ts';

const RELAY = 'https://relay.example:8443';
const REACHED_BY_ONION: readonly RelayAddress[] = [
  { url: RELAY, key: new Uint8Array(32).fill(7), onionKey: new Uint8Array(32).fill(9) },
  { url: 'https://other.example', onionKey: new Uint8Array(32).fill(8) },
];

describe('the fixed chain', () => {
  const vectors = readVectors<RecordVectors>('record.json');
  const account = accountIdFromBytes(fromHex(vectors.account));

  it('reads and follows as it was written', () => {
    const [one, two] = [fromHex(vectors.first.bytes), fromHex(vectors.second.bytes)];
    const seen = acceptRecord({ account, now: vectors.now, incoming: one });
    expect(seen).toMatchObject({ outcome: 'accepted', record: { hash: fromHex(vectors.first.hash) } });
    const next = acceptRecord({ account, now: vectors.now, pinned: one, incoming: two });
    expect(next).toMatchObject({ outcome: 'accepted', record: { hash: fromHex(vectors.second.hash) } });
    // Written before relays had onion keys.
    expect(contentOf(alice, two).relays).toEqual([{ url: RELAY, key: new Uint8Array(32).fill(7) }]);
    const three = fromHex(vectors.third.bytes);
    const last = acceptRecord({ account, now: vectors.now, pinned: two, incoming: three });
    expect(last).toMatchObject({
      outcome: 'accepted',
      record: { hash: fromHex(vectors.third.hash), relays: REACHED_BY_ONION },
    });
  });

  it('is what signing makes of it', () => {
    expect(toHex(first)).toBe(vectors.first.bytes);
    const second = sign(
      alice,
      following(first, { devices: [deviceNumbered(1), deviceNumbered(2)] }),
      byDevice(1),
    );
    expect(toHex(second)).toBe(vectors.second.bytes);
    const third = sign(alice, following(second, { relays: REACHED_BY_ONION }), byRecovery(alice));
    expect(toHex(third)).toBe(vectors.third.bytes);
  });
});

describe('reading a record', () => {
  it('gives back what was signed', () => {
    const draft = draftOf(alice);
    expect(readRecord(first, alice.account)).toMatchObject({
      outcome: 'read',
      record: { ...draft, version: 1, account: alice.account, identityKey: alice.identityKey },
    });
  });

  it('knows whose it is', () => {
    expect(readRecord(first, bob.account)).toEqual({ outcome: 'wrong-account' });
  });

  it('has room for eight devices', () => {
    const devices = [1, 2, 3, 4, 5, 6, 7, 127].map((id) => deviceNumbered(id));
    const bytes = sign(alice, draftOf(alice, { devices }), byRecovery(alice));
    expect(contentOf(alice, bytes).devices).toHaveLength(8);
  });

  it('has room for every relay beside them, with both of its keys', () => {
    const keys = { key: new Uint8Array(32).fill(7), onionKey: new Uint8Array(32).fill(9) };
    const relays = [1, 2, 3, 4].map((n) => ({
      url: `https://relay-${n}.${'long-name.'.repeat(8)}example`,
      ...keys,
    }));
    const devices = [1, 2, 3, 4, 5, 6, 7, 127].map((id) => deviceNumbered(id));
    const bytes = sign(alice, draftOf(alice, { devices, relays }), byRecovery(alice));
    expect(contentOf(alice, bytes).relays).toEqual(relays);
  });

  it('gives back any relays, with and without keys', () => {
    const key = fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined });
    const relay = fc.record({ name: fc.nat(), key, onionKey: key }).map(({ name, ...keys }) => ({
      url: `https://relay-${name}.example`,
      ...(keys.key && { key: asBytes(keys.key) }),
      ...(keys.onionKey && { onionKey: asBytes(keys.onionKey.fill(9, 0, 1)) }),
    }));
    fc.assert(
      fc.property(fc.array(relay, { maxLength: 4 }), (relays) => {
        const bytes = sign(alice, draftOf(alice, { relays }), byRecovery(alice));
        expect(contentOf(alice, bytes).relays).toEqual(relays);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses any bit that was turned', () => {
    fc.assert(
      fc.property(fc.nat({ max: first.length * 8 - 1 }), (bit) => {
        const altered = first.slice();
        altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(accept(altered).outcome).not.toBe('accepted');
        expect(accept(altered, first).outcome).not.toBe('same');
      }),
      { numRuns: 400 },
    );
  });

  it('refuses any cut, anything appended and any other bytes', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: first.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        (end, bytes) => {
          expect(readRecord(first.slice(0, end), alice.account).outcome).toBe('malformed');
          expect(readRecord(concatBytes(first, bytes), alice.account).outcome).toBe('malformed');
          expect(readRecord(bytes, alice.account).outcome).toBe('malformed');
        },
      ),
      { numRuns: 100 },
    );
    // A field that no version knows, well formed, outside of what is signed.
    expect(readRecord(concatBytes(first, fromHex('7a0100')), alice.account).outcome).toBe('malformed');
    expect(readRecord(new Uint8Array(20_000), alice.account)).toMatchObject({ outcome: 'malformed' });
  });

  it.each<[string, (record: RawRecord) => void]>([
    ['no device', (record) => record.devices.splice(0)],
    ['a device 0', (record) => setFirst(record, { id: 0 })],
    ['a device 128', (record) => setFirst(record, { id: 128 })],
    ['a registration 0', (record) => setFirst(record, { registrationId: 0 })],
    ['a registration of fifteen bits', (record) => setFirst(record, { registrationId: 0x4000 })],
    ['a short device key', (record) => setFirst(record, { deviceKey: new Uint8Array(31) })],
    ['a prekey ID of 32 bits', (record) => setPreKeyId(record, 2 ** 31)],
    ['a device twice', (record) => record.devices.push(...record.devices)],
    ['a short recovery key', (record) => (record.recoveryKey = new Uint8Array(31))],
    ['revision 0', (record) => (record.revision = 0n)],
    ['a revision beyond counting', (record) => (record.revision = 2n ** 60n)],
    ['a predecessor of the first', (record) => (record.previousHash = new Uint8Array(32))],
    ['no predecessor of the second', (record) => (record.revision = 2n)],
    ['an end before its begin', (record) => (record.validUntil = record.issuedAt)],
    ['protocol version 0', (record) => (record.minVersion = 0)],
    ['no server certificate', (record) => (record.serverCertificate = new Uint8Array())],
    ['a relay without https', (record) => setRelay(record, { url: 'http://relay.example' })],
    ['a relay with a path', (record) => setRelay(record, { url: 'https://relay.example/x' })],
    ['a relay written otherwise', (record) => setRelay(record, { url: 'https://RELAY.example' })],
    ['a short onion key', (record) => setRelay(record, { onionKey: new Uint8Array(31) })],
    ['a long onion key', (record) => setRelay(record, { onionKey: new Uint8Array(33).fill(9) })],
    ['an onion key of small order', (record) => setRelay(record, { onionKey: new Uint8Array(32) })],
    [
      'five relays',
      (record) => record.relays.push(...record.relays, ...record.relays, ...record.relays, ...record.relays),
    ],
  ])('refuses %s though it is signed', (_what, change) => {
    expect(readRecord(forge(change), alice.account).outcome).toBe('malformed');
  });

  it('says that a format is new only when its owner signed it', () => {
    const newer = forge((record) => (record.version = 2));
    expect(readRecord(newer, alice.account)).toEqual({ outcome: 'unsupported-version' });
    const claimed = fromBinary(SignedAccountRecordSchema, newer);
    claimed.identitySignature = fromBinary(SignedAccountRecordSchema, first).identitySignature;
    const bytes = asBytes(toBinary(SignedAccountRecordSchema, claimed));
    expect(readRecord(bytes, alice.account)).toEqual({ outcome: 'bad-signature' });
    expect(accept(forge((record) => (record.minVersion = 2))).outcome).toBe('unsupported-version');
  });

  it('needs the identity key over these very bytes', () => {
    const message = fromBinary(SignedAccountRecordSchema, first);
    message.identitySignature = ed25519SignExpanded(alice.identitySecret, message.record);
    const unlabelled = asBytes(toBinary(SignedAccountRecordSchema, message));
    expect(readRecord(unlabelled, alice.account)).toEqual({ outcome: 'bad-signature' });
    message.identitySignature = ed25519SignExpanded(bob.identitySecret, signedBytes(asBytes(message.record)));
    const foreign = asBytes(toBinary(SignedAccountRecordSchema, message));
    expect(readRecord(foreign, alice.account)).toEqual({ outcome: 'bad-signature' });
  });
});

describe('signing a record', () => {
  it.each<[string, Partial<RecordDraft>]>([
    ['nine devices', { devices: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => deviceNumbered(id)) }],
    ['a revision that is no number', { revision: Number.NaN }],
    ['a time before time', { issuedAt: -1 }],
    ['a relay that is none', { relays: [{ url: 'relay.example' }] }],
    ['a key of the wrong length', { recoveryKey: new Uint8Array(33) }],
  ])('refuses a draft with %s', (_what, change) => {
    expect(() => sign(alice, draftOf(alice, change), byRecovery(alice))).toThrow(
      expect.objectContaining({ name: 'IdentityError', code: 'bad-record' }),
    );
  });
});

describe('a device that signs', () => {
  const leaving = following(first, { devices: [deviceNumbered(2)] });

  it('stays in what it signs, or newcomers could not tell who stands behind it', () => {
    const refused = expect.objectContaining({ code: 'bad-record', facts: { rule: 'signer' } });
    expect(() => sign(alice, leaving, byDevice(1))).toThrow(refused);
    const renewed = following(first, { devices: [deviceNumbered(1, 1)] });
    expect(() => sign(alice, renewed, byDevice(1))).toThrow(refused);
    expect(accept(signUnlisted(leaving, 1)).outcome).toBe('unproven');
  });

  it('may be replaced by the recovery key', () => {
    const bytes = sign(alice, leaving, byRecovery(alice));
    expect(accept(bytes).outcome).toBe('accepted');
    expect(accept(bytes, first).outcome).toBe('accepted');
  });
});

function setFirst(record: RawRecord, change: object): void {
  Object.assign(record.devices[0] ?? {}, change);
}

function setPreKeyId(record: RawRecord, id: number): void {
  Object.assign(record.devices[0]?.signedPreKey ?? {}, { id });
}

function setRelay(record: RawRecord, change: object): void {
  Object.assign(record.relays[0] ?? {}, change);
}
