import { create, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes, concatBytes, equalBytes } from '@sotto/bytes';
import { ed25519Verify } from '@sotto/crypto';
import { MAX_RECORD_BYTES, SignedAccountRecordSchema } from '@sotto/protocol';
import { type AccountId, accountOfIdentityKey } from './account-id.ts';
import { decodeRecord, parseRecordMessage } from './decode-record.ts';
import { IdentityError } from './errors.ts';
import { RECORD_LABEL, RECORD_VERSION } from './record-rules.ts';
import type { AccountRecord } from './record-types.ts';

type SignedMessage = MessageShape<typeof SignedAccountRecordSchema>;

/** Why a record is refused by itself, whoever reads it and whenever. */
export type UnreadableRecord =
  /** Not a record, or one that breaks a rule of its own; `rule` says which, in our words. */
  | { readonly outcome: 'malformed'; readonly rule: string }
  /** Another account's record. */
  | { readonly outcome: 'wrong-account' }
  /** The identity key has not signed these bytes. */
  | { readonly outcome: 'bad-signature' }
  /** Signed, but of a format that this program does not know. */
  | { readonly outcome: 'unsupported-version' };

/** A record whose identity signature holds; the second one needs an earlier revision to judge. */
export interface OpenedRecord {
  readonly outcome: 'opened';
  readonly record: AccountRecord;
  /** Did this device sign? `id` must be the one that the signature names. */
  signedByDevice(device: { readonly id: number; readonly deviceKey: Bytes }): boolean;
  signedByRecovery(recoveryKey: Bytes): boolean;
}

/** The first half of reading a record: all that can be said without time and without a pin. */
export function openRecord(bytes: Bytes, account: AccountId): OpenedRecord | UnreadableRecord {
  try {
    return open(parseSigned(bytes), account);
  } catch (error) {
    if (error instanceof IdentityError && error.code === 'bad-record') {
      return { outcome: 'malformed', rule: error.facts['rule'] ?? '' };
    }
    throw error;
  }
}

/** What both signatures are made over. */
export function signedBytes(record: Bytes): Bytes {
  return concatBytes(RECORD_LABEL, record);
}

function open(signed: SignedMessage, account: AccountId): OpenedRecord | UnreadableRecord {
  const bytes = asBytes(signed.record);
  const message = parseRecordMessage(bytes);
  const owner = accountOfIdentityKey(asBytes(message.identityKey));
  if (owner === undefined) throw broken('the identity key is no key');
  if (!equalBytes(owner, account)) return { outcome: 'wrong-account' };
  const covered = signedBytes(bytes);
  if (!ed25519Verify(message.identityKey, covered, signed.identitySignature)) {
    return { outcome: 'bad-signature' };
  }
  if (message.version !== RECORD_VERSION) return { outcome: 'unsupported-version' };
  const record = decodeRecord(message, bytes);
  const { second } = signed;
  return {
    outcome: 'opened',
    record,
    signedByDevice: ({ id, deviceKey }) =>
      second.case === 'device' &&
      second.value.deviceId === id &&
      ed25519Verify(deviceKey, covered, second.value.signature),
    signedByRecovery: (recoveryKey) =>
      second.case === 'recoverySignature' && ed25519Verify(recoveryKey, covered, second.value),
  };
}

/**
 * The wrapping is not signed, so it must have exactly one form: a relay that could append a field
 * or write a length differently could make one record look like two.
 */
function parseSigned(bytes: Bytes): SignedMessage {
  if (bytes.length > MAX_RECORD_BYTES) throw broken(`at most ${MAX_RECORD_BYTES} bytes`);
  const message = decodeSigned(bytes);
  const { record, identitySignature, second } = message;
  if (second.case === undefined) throw broken('it needs two signatures');
  const known =
    second.case === 'device'
      ? {
          case: second.case,
          value: { deviceId: second.value.deviceId, signature: second.value.signature },
        }
      : second;
  const canonical = toBinary(
    SignedAccountRecordSchema,
    create(SignedAccountRecordSchema, { record, identitySignature, second: known }),
  );
  if (!equalBytes(canonical, bytes)) throw broken('not in its one form');
  return message;
}

function decodeSigned(bytes: Bytes): SignedMessage {
  try {
    return fromBinary(SignedAccountRecordSchema, bytes);
  } catch {
    throw broken('not a signed record');
  }
}

function broken(rule: string): IdentityError {
  return new IdentityError('bad-record', `this account record breaks a rule: ${rule}`, { rule });
}
