import { create, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes, concatBytes, equalBytes } from '@sotto/bytes';
import { sha512 } from '@sotto/crypto';
import { CombinedFingerprintsSchema } from '@sotto/protocol';
import type { AccountId } from './account-id.ts';
import { aciOf } from './aci.ts';

/** Signal's version of the code for service IDs (reference: signal-service §11). */
const VERSION = 2;
/** Each guess of somebody who looks for a similar number costs this many hashes. */
const ITERATIONS = 5200;
const FORMAT = new Uint8Array(2);
const EMPTY = new Uint8Array(0);
const DISPLAYED = 30;
const SCANNED = 32;

/** What two people compare to be sure of each other's keys; both see the same digits. */
export interface SafetyNumber {
  /** 60 decimal digits. */
  readonly digits: string;
  /** The same in twelve groups of five. */
  readonly groups: readonly string[];
  /** What the QR code holds; the other side's differs and is checked with `checkSafetyQr`. */
  readonly qr: Bytes;
}

export type SafetyQrCheck =
  | 'match'
  /** A safety number of somebody else, or of a key that was exchanged. */
  | 'mismatch'
  /** Of a version that this program does not compute. */
  | 'other-version'
  /** Not a safety number at all. */
  | 'malformed';

/** Signal's safety number over the ACIs and identity keys. Takes some milliseconds by design. */
export function safetyNumber(local: AccountId, remote: AccountId): SafetyNumber {
  const ours = fingerprintOf(local);
  const theirs = fingerprintOf(remote);
  const digits = [digitsOf(ours), digitsOf(theirs)].sort().join('');
  return {
    digits,
    groups: digits.match(/.{5}/g) ?? [],
    qr: encodeQr(VERSION, ours, theirs),
  };
}

/** Compare a scanned code of `remote`'s screen with what `local` computes. */
export function checkSafetyQr(scanned: Bytes, local: AccountId, remote: AccountId): SafetyQrCheck {
  const code = decodeQr(scanned);
  if (code === undefined || code.version === 0) return 'malformed';
  if (code.version !== VERSION) return 'other-version';
  const theirs = code.local?.content ?? EMPTY;
  const ours = code.remote?.content ?? EMPTY;
  const whole = theirs.length === SCANNED && ours.length === SCANNED;
  if (!whole || !equalBytes(scanned, encodeQr(VERSION, theirs, ours))) return 'malformed';
  // Both are compared whatever the first says, so that timing does not tell which side differs.
  const oursMatch = equalBytes(ours, fingerprintOf(local).subarray(0, SCANNED));
  const theirsMatch = equalBytes(theirs, fingerprintOf(remote).subarray(0, SCANNED));
  return oursMatch && theirsMatch ? 'match' : 'mismatch';
}

function encodeQr(version: number, local: Uint8Array, remote: Uint8Array): Bytes {
  const message = create(CombinedFingerprintsSchema, {
    version,
    local: { content: local.subarray(0, SCANNED) },
    remote: { content: remote.subarray(0, SCANNED) },
  });
  return asBytes(toBinary(CombinedFingerprintsSchema, message));
}

function decodeQr(scanned: Bytes): MessageShape<typeof CombinedFingerprintsSchema> | undefined {
  try {
    return fromBinary(CombinedFingerprintsSchema, scanned);
  } catch {
    return undefined;
  }
}

function fingerprintOf(account: AccountId): Bytes {
  let hash = sha512(concatBytes(FORMAT, account, aciOf(account), account));
  for (let round = 1; round < ITERATIONS; round++) hash = sha512(concatBytes(hash, account));
  return hash;
}

/** Six numbers of five digits from five bytes each. */
function digitsOf(hash: Bytes): string {
  let digits = '';
  for (let offset = 0; offset < DISPLAYED; offset += 5) {
    let value = 0;
    for (const byte of hash.subarray(offset, offset + 5)) value = value * 256 + byte;
    digits += String(value % 100_000).padStart(5, '0');
  }
  return digits;
}
