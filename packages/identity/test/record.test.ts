import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes, concatBytes, fromHex, toHex } from '@sotto/bytes';
import { ed25519Sign } from '@sotto/crypto';
import { AccountRecordSchema, SignedAccountRecordSchema } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptRecord,
  accountIdFromBytes,
  IdentityError,
  nextRevision,
  type RecordDraft,
  readRecord,
} from '../src/index.ts';
import { signedBytes } from '../src/open-record.ts';
import {
  accountNamed,
  byDevice,
  byRecovery,
  contentOf,
  deviceNumbered,
  draftOf,
  NOW,
  sign,
} from './_account.ts';
import { type RecordVectors, readVectors } from './_vectors.ts';

const DAY = 24 * 60 * 60 * 1000;
const alice = accountNamed('alice');
const bob = accountNamed('bob');
const first = sign(alice, draftOf(alice), byRecovery(alice));

function accept(incoming: Bytes, pinned?: Bytes, now = NOW) {
  return acceptRecord({ account: alice.account, now, incoming, ...(pinned === undefined ? {} : { pinned }) });
}

/** The revision after a record of alice's. */
function following(bytes: Bytes, changes: Partial<RecordDraft> = {}): RecordDraft {
  return { ...nextRevision(contentOf(alice, bytes), { issuedAt: NOW + 1 }), ...changes };
}

/** Sign a record that `signRecord` would refuse, as a thief with the keys could. */
function forge(change: (record: ReturnType<typeof rawRecord>) => void): Bytes {
  const raw = rawRecord();
  change(raw);
  return wrap(asBytes(toBinary(AccountRecordSchema, raw)));
}

function rawRecord() {
  return fromBinary(AccountRecordSchema, fromBinary(SignedAccountRecordSchema, first).record);
}

function wrap(record: Bytes): Bytes {
  const covered = signedBytes(record);
  const signed = create(SignedAccountRecordSchema, {
    record,
    identitySignature: ed25519Sign(alice.identitySecret, covered),
    second: { case: 'recoverySignature', value: ed25519Sign(alice.recoverySecret, covered) },
  });
  return asBytes(toBinary(SignedAccountRecordSchema, signed));
}

describe('the fixed chain', () => {
  const vectors = readVectors<RecordVectors>('record.json');
  const account = accountIdFromBytes(fromHex(vectors.account));

  it('reads and follows as it was written', () => {
    const [one, two] = [fromHex(vectors.first.bytes), fromHex(vectors.second.bytes)];
    const seen = acceptRecord({ account, now: vectors.now, incoming: one });
    expect(seen).toMatchObject({ outcome: 'accepted', record: { hash: fromHex(vectors.first.hash) } });
    const next = acceptRecord({ account, now: vectors.now, pinned: one, incoming: two });
    expect(next).toMatchObject({ outcome: 'accepted', record: { hash: fromHex(vectors.second.hash) } });
  });

  it('is what signing makes of it', () => {
    expect(toHex(first)).toBe(vectors.first.bytes);
    const second = sign(
      alice,
      following(first, { devices: [deviceNumbered(1), deviceNumbered(2)] }),
      byDevice(1),
    );
    expect(toHex(second)).toBe(vectors.second.bytes);
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

  it.each<[string, (record: ReturnType<typeof rawRecord>) => void]>([
    ['no device', (record) => record.devices.splice(0)],
    ['a device 0', (record) => setFirst(record, { id: 0 })],
    ['a device 128', (record) => setFirst(record, { id: 128 })],
    ['a registration 0', (record) => setFirst(record, { registrationId: 0 })],
    ['a registration of fifteen bits', (record) => setFirst(record, { registrationId: 0x4000 })],
    ['a short device key', (record) => setFirst(record, { deviceKey: new Uint8Array(31) })],
    ['a device twice', (record) => record.devices.push(...record.devices)],
    ['a short recovery key', (record) => (record.recoveryKey = new Uint8Array(31))],
    ['revision 0', (record) => (record.revision = 0n)],
    ['a revision beyond counting', (record) => (record.revision = 2n ** 60n)],
    ['a predecessor of the first', (record) => (record.previousHash = new Uint8Array(32))],
    ['no predecessor of the second', (record) => (record.revision = 2n)],
    ['an end before its begin', (record) => (record.validUntil = record.issuedAt)],
    ['protocol version 0', (record) => (record.minVersion = 0)],
    ['no server certificate', (record) => (record.serverCertificate = new Uint8Array())],
    ['a relay without https', (record) => setRelay(record, 'http://relay.example')],
    ['a relay with a path', (record) => setRelay(record, 'https://relay.example/x')],
    ['a relay written otherwise', (record) => setRelay(record, 'https://RELAY.example')],
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
    message.identitySignature = ed25519Sign(alice.identitySecret, message.record);
    const unlabelled = asBytes(toBinary(SignedAccountRecordSchema, message));
    expect(readRecord(unlabelled, alice.account)).toEqual({ outcome: 'bad-signature' });
    message.identitySignature = ed25519Sign(bob.identitySecret, signedBytes(asBytes(message.record)));
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

describe('first sight', () => {
  it('takes a first revision of the recovery key', () => {
    const seen = accept(first);
    expect(seen).toMatchObject({ outcome: 'accepted', bytes: first, devicesChanged: false });
  });

  it('takes a later revision of a device that it lists, or of the recovery key', () => {
    const draft = following(first);
    expect(accept(sign(alice, draft, byDevice(1))).outcome).toBe('accepted');
    expect(accept(sign(alice, draft, byRecovery(alice))).outcome).toBe('accepted');
  });

  it('takes nothing that nobody in it stands behind', () => {
    expect(accept(sign(alice, draftOf(alice), byDevice(1))).outcome).toBe('unproven');
    expect(accept(sign(alice, draftOf(alice), byRecovery(bob))).outcome).toBe('unproven');
    expect(accept(sign(alice, following(first), byDevice(2))).outcome).toBe('unproven');
    expect(accept(sign(alice, following(first), byDevice(1, 1))).outcome).toBe('unproven');
  });
});

describe('time', () => {
  it('is over when it is over', () => {
    expect(accept(first, undefined, NOW + 14 * DAY - 1).outcome).toBe('accepted');
    expect(accept(first, undefined, NOW + 14 * DAY).outcome).toBe('expired');
    expect(accept(first, first, NOW + 14 * DAY).outcome).toBe('expired');
  });

  it('is two weeks at most', () => {
    const long = draftOf(alice, { validUntil: NOW + 14 * DAY + 1 });
    expect(accept(sign(alice, long, byRecovery(alice))).outcome).toBe('too-long-validity');
  });

  it('may be a day ahead of ours', () => {
    expect(accept(first, undefined, NOW - DAY).outcome).toBe('accepted');
    expect(accept(first, undefined, NOW - DAY - 1).outcome).toBe('from-the-future');
  });
});

describe('with a pin', () => {
  const second = sign(
    alice,
    following(first, { devices: [deviceNumbered(1), deviceNumbered(2)] }),
    byDevice(1),
  );

  it('knows what it has', () => {
    expect(accept(first, first)).toMatchObject({ outcome: 'same', record: { revision: 1 } });
    // The second signature is not part of what is said.
    const otherwise = sign(alice, contentOf(alice, second), byRecovery(alice));
    expect(accept(otherwise, second).outcome).toBe('same');
  });

  it('takes what follows and says whether devices changed', () => {
    expect(accept(second, first)).toMatchObject({ outcome: 'accepted', devicesChanged: true });
    expect(accept(sign(alice, following(first), byDevice(1)), first)).toMatchObject({
      devicesChanged: false,
    });
    const reinstalled = { ...deviceNumbered(1), registrationId: 999 };
    const third = sign(alice, following(second, { devices: [reinstalled] }), byDevice(2));
    expect(accept(third, second)).toMatchObject({ outcome: 'accepted', devicesChanged: true });
  });

  it('does not go back', () => {
    expect(accept(first, second).outcome).toBe('rolled-back');
    expect(accept(first, second, NOW + 30 * DAY).outcome).toBe('rolled-back');
  });

  it('sees two pages in one place', () => {
    const other = sign(alice, following(first), byDevice(1));
    expect(accept(other, second).outcome).toBe('forked');
    const grandchild = sign(alice, following(other), byDevice(1));
    expect(accept(grandchild, second).outcome).toBe('forked');
    const swapped = following(second, { recoveryKey: bob.recoveryKey, revision: 9 });
    expect(accept(sign(alice, swapped, byRecovery(bob)), second).outcome).toBe('forked');
    expect(accept(sign(alice, swapped, byDevice(1)), second).outcome).toBe('forked');
  });

  it('wants somebody whom it knows, not whom the newcomer names', () => {
    const thief = following(second, { devices: [deviceNumbered(3)] });
    expect(accept(sign(alice, thief, byDevice(3)), second).outcome).toBe('unproven');
    expect(accept(sign(alice, thief, byRecovery(bob)), second).outcome).toBe('unproven');
    // Device 2 exists, but is not in what was pinned.
    const hasty = following(first, { devices: [deviceNumbered(1), deviceNumbered(2)] });
    expect(accept(sign(alice, hasty, byDevice(2)), first).outcome).toBe('unproven');
  });

  it('lets the recovery key replace every device', () => {
    const taken = sign(alice, following(second, { devices: [deviceNumbered(9)] }), byRecovery(alice));
    expect(accept(taken, second)).toMatchObject({ outcome: 'accepted', devicesChanged: true });
  });

  it('bridges missed revisions by somebody whom it knows', () => {
    const third = sign(alice, following(second, { devices: [deviceNumbered(2)] }), byDevice(1));
    const fourth = sign(alice, following(third, { devices: [deviceNumbered(3)] }), byDevice(2));
    expect(accept(third, first).outcome).toBe('accepted');
    expect(accept(fourth, first).outcome).toBe('unproven');
    expect(accept(fourth, second).outcome).toBe('accepted');
  });

  it('does not let the protocol be lowered', () => {
    const raised = forge((record) => (record.minVersion = 2));
    expect(accept(sign(alice, following(raised, { minVersion: 1 }), byDevice(1)), raised).outcome).toBe(
      'version-lowered',
    );
  });

  it('says when the pin itself is broken', () => {
    expect(() => accept(first, first.slice(0, 9))).toThrow(IdentityError);
    expect(() => accept(first, first.slice(0, 9))).toThrow(expect.objectContaining({ code: 'bad-pin' }));
  });
});

describe('random histories', () => {
  /** Who signs the next revision, and which devices it lists. */
  const step = fc.record({
    devices: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    recovery: fc.boolean(),
    signer: fc.nat(),
  });

  function grow(
    from: Bytes,
    { devices, recovery, signer }: { devices: number[]; recovery: boolean; signer: number },
  ) {
    const before = contentOf(alice, from);
    const draft = nextRevision(before, {
      issuedAt: before.issuedAt + 1,
      devices: devices.map((id) => deviceNumbered(id)),
    });
    const by = before.devices[signer % before.devices.length]?.id ?? 1;
    return sign(alice, draft, recovery ? byRecovery(alice) : byDevice(by));
  }

  it('are followed one by one, and never back', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const chain = [first];
        for (const each of steps) chain.push(grow(chain.at(-1) as Bytes, each));
        for (const [index, bytes] of chain.entries()) {
          expect(accept(bytes, chain[index - 1]).outcome).toBe('accepted');
          for (const older of chain.slice(0, index)) expect(accept(older, bytes).outcome).toBe('rolled-back');
        }
      }),
      { numRuns: 25 },
    );
  });

  it('that split are noticed by whoever has seen one side', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3 }), step, step, step, (steps, left, right, more) => {
        const trunk = steps.reduce((bytes, each) => grow(bytes, each), first);
        const [one, other] = [grow(trunk, left), grow(trunk, right)];
        fc.pre(toHex(contentOf(alice, one).hash) !== toHex(contentOf(alice, other).hash));
        expect(accept(other, one).outcome).toBe('forked');
        expect(accept(one, other).outcome).toBe('forked');
        expect(accept(grow(other, more), one).outcome).toBe('forked');
      }),
      { numRuns: 25 },
    );
  });
});

function setFirst(record: ReturnType<typeof rawRecord>, change: object): void {
  Object.assign(record.devices[0] ?? {}, change);
}

function setRelay(record: ReturnType<typeof rawRecord>, url: string): void {
  Object.assign(record.relays[0] ?? {}, { url });
}
