import type { Bytes } from '@sotto/bytes';
import { equalBytes } from '@sotto/bytes';
import {
  type AccountKeys,
  type AccountRecord,
  acceptRecord,
  type DeviceRecord,
  firstRevision,
  nextRevision,
  type RelayAddress,
  readRecord,
  signRecord,
} from '@sotto/identity';
import type { Core } from '../core/core.ts';
import { ClientError } from '../errors.ts';
import type { AccountState } from '../ports/store.ts';

/** The first revision of a new account, signed by its recovery key. */
export function signFirstRecord(
  keys: AccountKeys,
  parts: {
    readonly device: DeviceRecord;
    /** Where the account can be reached beside its swarm. */
    readonly relays: readonly RelayAddress[];
    readonly serverCertificate: Bytes;
    readonly now: number;
  },
): Bytes {
  const { device, relays, serverCertificate, now } = parts;
  const draft = firstRevision({
    recoveryKey: keys.recoveryKey,
    issuedAt: now,
    devices: [device],
    relays,
    serverCertificate,
  });
  const second = { kind: 'recovery', secret: keys.recoverySecret } as const;
  return signRecord({ draft, identitySecret: keys.identitySecret, second });
}

/**
 * What the recovery key makes of the record that a road keeps: this device alone goes on. `skipped`: so many
 * revisions may have been made that nobody shows now; the recovery key may step over them, and contacts who
 * have seen one take the next above it.
 */
export function signRecoveredRecord(
  keys: AccountKeys,
  before: AccountRecord,
  parts: Parameters<typeof signFirstRecord>[1] & { readonly skipped: number },
): Bytes {
  const { device, relays, serverCertificate, now, skipped } = parts;
  const next = nextRevision(before, { issuedAt: now, devices: [device], relays, serverCertificate });
  const draft = { ...next, revision: next.revision + skipped };
  const second = { kind: 'recovery', secret: keys.recoverySecret } as const;
  return signRecord({ draft, identitySecret: keys.identitySecret, second });
}

/** The record that a road keeps for an account whose words we have; undefined when it proves nothing. */
export function readForRecovery(keys: AccountKeys, incoming: Bytes, now: number): AccountRecord | undefined {
  const verdict = acceptRecord({ account: keys.account, now, incoming });
  if (verdict.outcome !== 'accepted' && verdict.outcome !== 'expired') return undefined;
  const read = readRecord(incoming, keys.account);
  if (read.outcome !== 'read') return undefined;
  // Somebody else's recovery key would make our next revision a fork.
  return equalBytes(read.record.recoveryKey, keys.recoveryKey) ? read.record : undefined;
}

/** This device's own record as it stands. */
export function ownRecord(core: Core, own: AccountState): AccountRecord {
  const record = core.records.read(own.account, own.record);
  if (record === undefined) throw new ClientError('broken-state', 'the own record cannot be read');
  return record;
}

/** The next revision with this device's newest keys and its relays, signed by the device. */
export function signNextRecord(
  core: Core,
  own: AccountState,
  changes: {
    readonly keys: Pick<DeviceRecord, 'signedPreKey' | 'lastResortKyberPreKey'>;
    readonly relays: readonly RelayAddress[];
    readonly now: number;
  },
): Bytes {
  const { keys, relays, now } = changes;
  const before = ownRecord(core, own);
  const devices = before.devices.map((device) =>
    device.id === own.device ? { ...device, ...keys } : device,
  );
  const draft = nextRevision(before, { issuedAt: now, devices, relays });
  const second = { kind: 'device', device: own.device, secret: own.deviceSecret } as const;
  return signRecord({ draft, identitySecret: own.identitySecret, second });
}
