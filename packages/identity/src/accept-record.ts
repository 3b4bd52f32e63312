import { type Bytes, equalBytes, toHex } from '@sotto/bytes';
import type { AccountId } from './account-id.ts';
import { IdentityError } from './errors.ts';
import { type OpenedRecord, openRecord, type UnreadableRecord } from './open-record.ts';
import {
  MAX_RECORD_AHEAD,
  MAX_RECORD_VALIDITY,
  MAX_REVISION_JUMP,
  MIN_REVISION_INTERVAL,
  PROTOCOL_VERSION,
} from './record-rules.ts';
import type { AccountRecord } from './record-types.ts';

/** Why a record that can be read is not believed. */
export type RecordDistrust =
  /** Older than what we have pinned, by number or by a device's time: somebody shows us the past. */
  | 'rolled-back'
  /** Two different pages claim one place in the chain, or the recovery key was exchanged. */
  | 'forked'
  /** No device that we know, nor the recovery key, stands behind it; or a device beyond its bounds. */
  | 'unproven'
  /** It asks for an older protocol than before. */
  | 'version-lowered'
  /** Issued more than a day after our now; one of the two clocks is wrong. */
  | 'from-the-future'
  | 'too-long-validity'
  /** Believable, but over: the account has not renewed it. */
  | 'expired';

export type AcceptRecordOutcome =
  /** Pin `bytes`. `devicesChanged`: a device came, went or was installed anew since the pin. */
  | {
      readonly outcome: 'accepted';
      readonly record: AccountRecord;
      readonly bytes: Bytes;
      readonly devicesChanged: boolean;
    }
  /** What is pinned already. */
  | { readonly outcome: 'same'; readonly record: AccountRecord }
  | UnreadableRecord
  | { readonly outcome: RecordDistrust };

export interface AcceptRecordRequest {
  readonly account: AccountId;
  /** Milliseconds. */
  readonly now: number;
  /** The signed bytes that were last accepted; absent at first sight. */
  readonly pinned?: Bytes;
  readonly incoming: Bytes;
}

/**
 * Decide on a record from outside (design §1.5). What contradicts the pin is named before what is
 * merely out of time, because it accuses somebody. Throws IdentityError `bad-pin` when our own pin
 * cannot be read.
 */
export function acceptRecord(request: AcceptRecordRequest): AcceptRecordOutcome {
  const { account, now, pinned, incoming } = request;
  const opened = openRecord(incoming, account);
  if (opened.outcome !== 'opened') return opened;
  const { record } = opened;
  const pin = pinned === undefined ? undefined : openPin(pinned, account);
  const before = pin?.record;
  const same = before !== undefined && equalBytes(before.hash, record.hash);

  const distrust =
    pin === undefined ? judgeFirst(opened) : same ? judgeSame(request, opened) : judgeNext(pin, opened);
  if (distrust !== undefined) return { outcome: distrust };
  if (record.minVersion > PROTOCOL_VERSION) return { outcome: 'unsupported-version' };
  const untimely = judgeTime(record, now);
  if (untimely !== undefined) return { outcome: untimely };

  if (same) return { outcome: 'same', record };
  const devicesChanged = before !== undefined && devicesOf(before) !== devicesOf(record);
  return { outcome: 'accepted', record, bytes: incoming, devicesChanged };
}

function openPin(pinned: Bytes, account: AccountId): OpenedRecord {
  const opened = openRecord(pinned, account);
  if (opened.outcome !== 'opened') {
    throw new IdentityError('bad-pin', 'a pinned record cannot be read any more', { why: opened.outcome });
  }
  return opened;
}

/** With nothing to compare, the page must at least be closed in itself. */
function judgeFirst(opened: OpenedRecord): RecordDistrust | undefined {
  const { recoveryKey, devices, revision } = opened.record;
  if (opened.signedByRecovery(recoveryKey)) return undefined;
  if (revision === 1 || tooManyRevisions(opened.record)) return 'unproven';
  return devices.some((device) => opened.signedByDevice(device)) ? undefined : 'unproven';
}

/** What is pinned needs no proof; the same page in another wrapping needs a signature that holds. */
function judgeSame(
  { pinned, incoming }: AcceptRecordRequest,
  opened: OpenedRecord,
): RecordDistrust | undefined {
  return pinned !== undefined && equalBytes(pinned, incoming) ? undefined : judgeFirst(opened);
}

/**
 * The next page must follow from the pinned one. When revisions between them were missed, its hash
 * cannot be compared, and the second signature by somebody whom the pin names is the whole proof.
 *
 * The recovery key outranks: its page takes the place of one that a device signed, in the same place
 * or later and whatever it names as its previous, because the device may be a thief's.
 */
function judgeNext(pin: OpenedRecord, opened: OpenedRecord): RecordDistrust | undefined {
  const [before, record] = [pin.record, opened.record];
  if (record.revision < before.revision) return 'rolled-back';
  if (!equalBytes(record.recoveryKey, before.recoveryKey)) return 'forked';
  const recovered = opened.signedByRecovery(before.recoveryKey);
  const overrules = recovered && !pin.signedByRecovery(before.recoveryKey);
  const distrust = overrules ? undefined : (judgePlace(before, record) ?? judgeSigner(before, opened));
  if (distrust !== undefined) return distrust;
  return record.minVersion < before.minVersion ? 'version-lowered' : undefined;
}

/** One page in each place of the chain, and the next one names the pinned one. */
function judgePlace(before: AccountRecord, record: AccountRecord): RecordDistrust | undefined {
  if (record.revision === before.revision) return 'forked';
  const follows = record.previousHash !== undefined && equalBytes(record.previousHash, before.hash);
  return record.revision === before.revision + 1 && !follows ? 'forked' : undefined;
}

/** A device of the pin within its bounds, or the recovery key, which has none. */
function judgeSigner(before: AccountRecord, opened: OpenedRecord): RecordDistrust | undefined {
  if (opened.signedByRecovery(before.recoveryKey)) return undefined;
  const { record } = opened;
  if (record.revision > before.revision + MAX_REVISION_JUMP || tooManyRevisions(record)) return 'unproven';
  if (!before.devices.some((device) => opened.signedByDevice(device))) return 'unproven';
  return record.issuedAt < before.issuedAt ? 'rolled-back' : undefined;
}

/** More than an account can have had by then; a device that claims so wants to leave no room above it. */
function tooManyRevisions({ revision, issuedAt }: AccountRecord): boolean {
  return revision > issuedAt / MIN_REVISION_INTERVAL;
}

function judgeTime({ issuedAt, validUntil }: AccountRecord, now: number): RecordDistrust | undefined {
  if (validUntil - issuedAt > MAX_RECORD_VALIDITY) return 'too-long-validity';
  if (issuedAt > now + MAX_RECORD_AHEAD) return 'from-the-future';
  return validUntil <= now ? 'expired' : undefined;
}

/** What others notice of a set of devices, in a form that compares. */
function devicesOf({ devices }: AccountRecord): string {
  return devices
    .map(({ id, registrationId, deviceKey }) => `${id}:${registrationId}:${toHex(deviceKey)}`)
    .sort()
    .join(' ');
}
