import { type BucketTerms, TokenBuckets } from '@sotto/limits';
import { CODES_PER_HOUR, DEFAULT_BLOBS_LIMIT, MAX_BUCKETS } from '../constants.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIB = 1024 * 1024;

/** From asking for a form until what came by it is deleted: a form and an upload last a day each, an attachment 45 days. */
const NAMELESS_LIFETIME = 47 * DAY;

/**
 * Every rate limit: what may be used at once, and after how many milliseconds one comes back. Numbers are Signal's
 * (reference: signal-service §2.7; Signal-Server, limits/RateLimiters.java) but for the last group, which is ours.
 * Each is kept in memory only, of so many keys at most, and forgotten for a key when its bucket is full again; what a key
 * remembers of somebody is a hash (limit-key.ts).
 */
const TERMS = {
  // By pair: who asks (account and device, or account), and about whom.
  preKeys: { size: 6, refill: 10 * MINUTE },
  messages: { size: 60, refill: SECOND },

  // By the account that is written to; bytes also by class of mail. They come back at 2,000 a second.
  stories: { size: 5_000, refill: 8 * SECOND },
  inboundBytes: { size: 128 * MIB, refill: 0.5 },

  // By account.
  allocateDevice: { size: 6, refill: 2 * MINUTE },
  verifyDevice: { size: 6, refill: 2 * MINUTE },
  waitForLinkedDevice: { size: 10, refill: 30 * SECOND },
  uploadTransferArchive: { size: 10, refill: MINUTE },
  waitForTransferArchive: { size: 10, refill: 30 * SECOND },
  profile: { size: 4_320, refill: 20 * SECOND },
  usernameSet: { size: 100, refill: 15 * MINUTE },
  usernameReserve: { size: 100, refill: 15 * MINUTE },
  usernameLinkOperation: { size: 10, refill: MINUTE },
  /** Signal has none: issuing for a week takes some 30 ms in which nobody else is answered. */
  groupCredentials: { size: 20, refill: MINUTE },
  /** Ours: keys asked for by name, of whom there is and whom there is not. */
  keyLookups: { size: 1_000, refill: 4 * SECOND },
  callLinks: { size: 100, refill: 15 * MINUTE },
  callingRelays: { size: 100, refill: 10 * MINUTE },
  registrationLock: { size: 10, refill: DAY },
  attachments: { size: 50, refill: 1_200 },
  stickerPacks: { size: 50, refill: 72 * MINUTE },
  /** Of attachments, and other than Signal's also of stickers and pictures of profiles. */
  uploadBytes: { size: 1024 * MIB, refill: 0.001 },
  challengeAttempt: { size: 10, refill: 144 * MINUTE },
  rateLimitReset: { size: 2, refill: 12 * HOUR },

  /** By number: registrations of who has proved that it is theirs, and codes. By account that wants another number. */
  registrations: { size: 6, refill: 30 * SECOND },
  codesTo: { size: 5, refill: 30 * MINUTE },
  /** All of them together. Codes to all are counted in the database (code-counts.ts). */
  sessions: { size: 1_000, refill: 200 },

  // By address; a site of IPv6, and a last hop of the onion network, have sixteen times as much (limit-key.ts).
  sessionsFrom: { size: 20, refill: MINUTE },
  codesFrom: codesFrom(CODES_PER_HOUR),
  usernameLookup: { size: 100, refill: 15 * MINUTE },
  usernameLinkLookup: { size: 100, refill: 15 * SECOND },
  accountExistence: { size: 1_000, refill: 4 * SECOND },
  identityCheck: { size: 100, refill: MINUTE },
  /** Ours: who has a record is here, as who has an account is. */
  records: { size: 1_000, refill: 4 * SECOND },
  /** Ours, each of which takes some 2 ms: credentials over profile keys, asked for by nobody known, and receipts. */
  profileCredentials: { size: 500, refill: SECOND },
  receipts: { size: 30, refill: 30 * SECOND },
  /** Ours: attachments of nobody known, and their bytes. */
  namelessForms: { size: 20, refill: MINUTE },
  namelessBytes: { size: 128 * MIB, refill: 0.01 },
  /** Bringing an account to a new device, and waiting for it. */
  restores: { size: 10, refill: 10 * SECOND },
  restoreWaits: { size: 10, refill: SECOND },

  // Of all addresses together.
  /** What is left there is kept for a while. */
  allRestores: { size: 1_000, refill: SECOND / 2 },
  allNamelessBytes: allNamelessBytes(DEFAULT_BLOBS_LIMIT),

  /** By address; Signal's 6 are of one number, and a whole school may have one address. */
  registration: { size: 30, refill: 30 * SECOND },
  /**
   * Recipients of messages to many, by address: to check a token costs some 15 µs for each. The largest group once, and
   * a group of a thousand twice a second.
   */
  recipients: { size: 20_000, refill: 0.5 },
} as const satisfies Readonly<Record<string, Omit<BucketTerms, 'keys'>>>;

export type LimitName = keyof typeof TERMS;
export type Limits = Readonly<Record<LimitName, TokenBuckets>>;

/** What the operator says limits depend on. */
export interface Allowed {
  /** How many codes are sent to phones at most, of which one address may have a part. */
  readonly codesPerHour?: number | undefined;
  /** Bytes of all blobs together, half of which nobody has without a name. */
  readonly blobsLimit?: number | undefined;
}

export function createLimits({
  codesPerHour = CODES_PER_HOUR,
  blobsLimit = DEFAULT_BLOBS_LIMIT,
}: Allowed = {}): Limits {
  const terms = {
    ...TERMS,
    codesFrom: codesFrom(codesPerHour),
    allNamelessBytes: allNamelessBytes(blobsLimit),
  };
  const entries = Object.entries(terms).map(([name, one]) => [
    name,
    new TokenBuckets({ ...one, keys: MAX_BUCKETS }),
  ]);
  return Object.fromEntries(entries) as Limits;
}

/** A twentieth of all codes at once, and as many again within an hour; but always enough for somebody who mistypes a number. */
function codesFrom(perHour: number): Omit<BucketTerms, 'keys'> {
  const size = Math.max(4, Math.floor(perHour / 20));
  return { size, refill: HOUR / size };
}

/** A quarter of the room at once, and another while those lie there. */
function allNamelessBytes(blobsLimit: number): Omit<BucketTerms, 'keys'> {
  const size = Math.max(1, Math.floor(blobsLimit / 4));
  return { size, refill: NAMELESS_LIFETIME / size };
}
