import { create, toBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes, equalBytes } from '@sotto/bytes';
import { ed25519Sign, ed25519SignExpanded } from '@sotto/crypto';
import { AccountRecordSchema, MAX_RECORD_BYTES, SignedAccountRecordSchema } from '@sotto/protocol';
import { decodeRecord } from './decode-record.ts';
import { expandIdentity } from './derive-account.ts';
import { IdentityError } from './errors.ts';
import type { RecordDraft } from './next-revision.ts';
import { signedBytes } from './open-record.ts';
import { RECORD_VERSION } from './record-rules.ts';

/** Who stands behind a revision besides the identity key. */
export type SecondSigner =
  /** A device listed in the previous revision and in this one; its Ed25519 secret, 64 bytes. */
  | { readonly kind: 'device'; readonly device: number; readonly secret: Bytes }
  /** The recovery key, 64 bytes. Needed for revision 1. */
  | { readonly kind: 'recovery'; readonly secret: Bytes };

export interface SignRecordRequest {
  readonly draft: RecordDraft;
  /** Expanded Ed25519, 64 bytes. */
  readonly identitySecret: Bytes;
  readonly second: SecondSigner;
}

/**
 * Serialize and sign a revision. Throws IdentityError `bad-record` for a draft that readers would
 * refuse as malformed or that is too large, and for a device that signs without being in it: those
 * who see the account for the first time could not tell whose signature that is. Whether it follows
 * its predecessor is `acceptRecord`'s.
 */
export function signRecord({ draft, identitySecret, second }: SignRecordRequest): Bytes {
  if (second.kind === 'device') requireListed(draft, second.device, second.secret);
  const message = create(AccountRecordSchema, {
    version: RECORD_VERSION,
    identityKey: expandIdentity(identitySecret).identityKey,
    recoveryKey: draft.recoveryKey,
    revision: toWire(draft.revision),
    ...(draft.previousHash === undefined ? {} : { previousHash: draft.previousHash }),
    issuedAt: toWire(draft.issuedAt),
    validUntil: toWire(draft.validUntil),
    minVersion: draft.minVersion,
    devices: draft.devices.map((device) => ({ ...device, createdAt: toWire(device.createdAt) })),
    relays: draft.relays.map((relay) => ({ ...relay })),
    serverCertificate: draft.serverCertificate,
  });
  const record = asBytes(toBinary(AccountRecordSchema, message));
  decodeRecord(message, record);

  const covered = signedBytes(record);
  const signature = ed25519Sign(second.secret, covered);
  const signed = create(SignedAccountRecordSchema, {
    record,
    identitySignature: ed25519SignExpanded(identitySecret, covered),
    second:
      second.kind === 'device'
        ? { case: 'device', value: { deviceId: second.device, signature } }
        : { case: 'recoverySignature', value: signature },
  });
  const bytes = asBytes(toBinary(SignedAccountRecordSchema, signed));
  if (bytes.length > MAX_RECORD_BYTES) {
    throw new IdentityError('bad-record', `a record has at most ${MAX_RECORD_BYTES} bytes`, {
      rule: 'size',
    });
  }
  return bytes;
}

function requireListed({ devices }: RecordDraft, device: number, secret: Bytes): void {
  const key = secret.subarray(32);
  if (devices.some(({ id, deviceKey }) => id === device && equalBytes(deviceKey, key))) return;
  throw new IdentityError('bad-record', 'a device signs only a record that lists it', { rule: 'signer' });
}

/** Protobuf's 64-bit fields; anything but a natural number is our own mistake. */
function toWire(value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new IdentityError('bad-record', 'a record counts in natural numbers', { rule: 'number' });
  }
  return BigInt(value);
}
