import type { Bytes } from '@sotto/bytes';
import { MAX_RECORD_AHEAD, MAX_RECORD_VALIDITY, PROTOCOL_VERSION } from './record-rules.ts';
import type { AccountRecord, DeviceRecord, RelayAddress } from './record-types.ts';

/** What a record says before it is signed; the identity key follows from the signer. */
export type RecordDraft = Omit<AccountRecord, 'version' | 'account' | 'identityKey' | 'hash'>;

export interface FirstRevision {
  readonly recoveryKey: Bytes;
  /** Milliseconds; the record is valid for the longest time allowed. */
  readonly issuedAt: number;
  readonly devices: readonly DeviceRecord[];
  readonly relays: readonly RelayAddress[];
  readonly serverCertificate: Bytes;
}

/** The draft that begins an account's chain; sign it with the recovery key. */
export function firstRevision({ issuedAt, ...rest }: FirstRevision): RecordDraft {
  return {
    ...rest,
    revision: 1,
    issuedAt,
    validUntil: issuedAt + MAX_RECORD_VALIDITY,
    minVersion: PROTOCOL_VERSION,
  };
}

/** What may change from one revision to the next; what is absent stays. */
export interface RevisionChanges {
  /** Now, milliseconds. */
  readonly issuedAt: number;
  readonly devices?: readonly DeviceRecord[];
  readonly relays?: readonly RelayAddress[];
  readonly serverCertificate?: Bytes;
}

/**
 * The draft that follows a record; sign it with a device that `record` lists, or with the recovery
 * key. Without changes but the time it renews the record for as long as allowed.
 *
 * When another device's clock was ahead, its time is kept, because readers refuse a device's page that
 * is older than the one before. A time so far ahead that nobody can have believed it is left behind.
 */
export function nextRevision(record: AccountRecord, changes: RevisionChanges): RecordDraft {
  const { devices, relays, serverCertificate } = changes;
  const believable = record.issuedAt <= changes.issuedAt + MAX_RECORD_AHEAD;
  const issuedAt = believable ? Math.max(changes.issuedAt, record.issuedAt) : changes.issuedAt;
  return {
    recoveryKey: record.recoveryKey,
    revision: record.revision + 1,
    previousHash: record.hash,
    issuedAt,
    validUntil: issuedAt + MAX_RECORD_VALIDITY,
    minVersion: Math.max(record.minVersion, PROTOCOL_VERSION),
    devices: devices ?? record.devices,
    relays: relays ?? record.relays,
    serverCertificate: serverCertificate ?? record.serverCertificate,
  };
}
