import { type Bytes, concatBytes } from '@sotto/bytes';
import type { RandomBytes, RoadCredentials } from '@sotto/client';
import { OnionRoadError } from './errors.ts';
import { EARLIER_BOX_LIFETIME, MAX_EARLIER_BOXES } from './limits.ts';

/** What this device must know of itself on the onion road. Nothing of it is ever sent. */
export interface Credentials {
  readonly device: number;
  /** Expanded Ed25519, 64 bytes: signs for the account's own boxes. */
  readonly identitySecret: Bytes;
  /** Seed of the Ed25519 key of this device's mailbox for contacts, 32 bytes. */
  readonly mailboxSeed: Bytes;
  /** Those before it, newest first. */
  readonly earlier: readonly EarlierMailbox[];
}

export interface EarlierMailbox {
  readonly seed: Bytes;
  /** Milliseconds; read no longer than that. */
  readonly until: number;
}

const VERSION = 1;
const SECRET_BYTES = 64;
const SEED_BYTES = 32;
const HEAD = 2 + SECRET_BYTES + SEED_BYTES + 1;
const EARLIER_BYTES = SEED_BYTES + 8;
const MAX_DEVICE = 127;

/** Version ‖ device ‖ identity secret ‖ seed ‖ count ‖ (seed ‖ until as u64 big endian)… */
export function encodeCredentials(credentials: Credentials): RoadCredentials {
  const { device, identitySecret, mailboxSeed, earlier } = credentials;
  if (
    identitySecret.length !== SECRET_BYTES ||
    mailboxSeed.length !== SEED_BYTES ||
    earlier.length > MAX_EARLIER_BOXES
  ) {
    throw bad();
  }
  const rest = earlier.map(({ seed, until }) => {
    const time = new Uint8Array(8);
    new DataView(time.buffer).setBigUint64(0, BigInt(until));
    return concatBytes(seed, time);
  });
  const head = Uint8Array.of(VERSION, device);
  return concatBytes(head, identitySecret, mailboxSeed, Uint8Array.of(earlier.length), ...rest);
}

/** Throws OnionRoadError `bad-credentials`. */
export function decodeCredentials(bytes: RoadCredentials): Credentials {
  const device = bytes[1] ?? 0;
  const count = bytes[HEAD - 1] ?? 0;
  if (bytes[0] !== VERSION || device < 1 || device > MAX_DEVICE) throw bad();
  if (count > MAX_EARLIER_BOXES || bytes.length !== HEAD + count * EARLIER_BYTES) throw bad();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const earlier = Array.from({ length: count }, (_, index) => {
    const start = HEAD + index * EARLIER_BYTES;
    const until = Number(view.getBigUint64(start + SEED_BYTES));
    if (!Number.isSafeInteger(until)) throw bad();
    return { seed: bytes.slice(start, start + SEED_BYTES), until };
  });
  return {
    device,
    identitySecret: bytes.slice(2, 2 + SECRET_BYTES),
    mailboxSeed: bytes.slice(2 + SECRET_BYTES, HEAD - 1),
    earlier,
  };
}

/** With a new mailbox for contacts; the present one is read for a while longer. `now`: our clock's milliseconds. */
export function renewMailbox(credentials: Credentials, now: number, random: RandomBytes): Credentials {
  const left = { seed: credentials.mailboxSeed, until: now + EARLIER_BOX_LIFETIME };
  const read = credentials.earlier.filter(({ until }) => until > now);
  return {
    ...credentials,
    mailboxSeed: random(SEED_BYTES),
    earlier: [left, ...read].slice(0, MAX_EARLIER_BOXES),
  };
}

function bad(): OnionRoadError {
  return new OnionRoadError('bad-credentials', 'these are not credentials for the onion road');
}
