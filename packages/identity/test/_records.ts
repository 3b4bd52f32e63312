import { create, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes } from '@sotto/bytes';
import { ed25519Sign, ed25519SignExpanded } from '@sotto/crypto';
import { AccountRecordSchema, SignedAccountRecordSchema } from '@sotto/protocol';
import { type AcceptRecordOutcome, acceptRecord, nextRevision, type RecordDraft } from '../src/index.ts';
import { signedBytes } from '../src/open-record.ts';
import { accountNamed, byRecovery, contentOf, deviceSecret, draftOf, NOW, sign } from './_account.ts';

export const DAY = 24 * 60 * 60 * 1000;
export const alice = accountNamed('alice');
export const bob = accountNamed('bob');
/** Alice's first revision, signed as it should be. */
export const first = sign(alice, draftOf(alice), byRecovery(alice));

export type RawRecord = MessageShape<typeof AccountRecordSchema>;

export function accept(incoming: Bytes, pinned?: Bytes, now = NOW): AcceptRecordOutcome {
  return acceptRecord({ account: alice.account, now, incoming, ...(pinned === undefined ? {} : { pinned }) });
}

/** The revision after a record of alice's. */
export function following(bytes: Bytes, changes: Partial<RecordDraft> = {}): RecordDraft {
  return { ...nextRevision(contentOf(alice, bytes), { issuedAt: NOW + 1 }), ...changes };
}

/** Sign a record that `signRecord` would refuse, as a thief with the keys could. */
export function forge(change: (record: RawRecord) => void): Bytes {
  const raw = fromBinary(AccountRecordSchema, fromBinary(SignedAccountRecordSchema, first).record);
  change(raw);
  const record = asBytes(toBinary(AccountRecordSchema, raw));
  const covered = signedBytes(record);
  const signed = create(SignedAccountRecordSchema, {
    record,
    identitySignature: ed25519SignExpanded(alice.identitySecret, covered),
    second: { case: 'recoverySignature', value: ed25519Sign(alice.recoverySecret, covered) },
  });
  return asBytes(toBinary(SignedAccountRecordSchema, signed));
}

/** A record that a device signs although it may not be listed, as thieves and faulty programs can. */
export function signUnlisted(draft: RecordDraft, device: number, mark = 0): Bytes {
  const owned = fromBinary(SignedAccountRecordSchema, sign(alice, draft, byRecovery(alice)));
  const signature = ed25519Sign(deviceSecret(device, mark), signedBytes(asBytes(owned.record)));
  const { record, identitySignature } = owned;
  const second = { case: 'device', value: { deviceId: device, signature } } as const;
  const signed = create(SignedAccountRecordSchema, { record, identitySignature, second });
  return asBytes(toBinary(SignedAccountRecordSchema, signed));
}
