/**
 * The only sizes a sealed message has on the wire, in bytes (design §1.2). A first message (about
 * 2.3 KB sealed) and a steady one (about 630 bytes) both fit the smallest, so they look alike.
 */
export const SEALED_SIZES = [2_560, 16_384, 73_728] as const;

const DAY = 24 * 60 * 60 * 1000;

/** A new signed and last-resort key after this long. Shorter shrinks the window in which a seized key opens first messages. */
export const PRE_KEY_ROTATION = 2 * DAY;

/**
 * Private halves are kept this long after they stop being the newest: the relay holds mail 30 days, so a
 * first message may be that old (and 2 days of record cache). Longer would widen the window for nothing.
 */
export const PRE_KEY_RETENTION = 32 * DAY;

/** One-time keys of each kind in an upload, the batch Signal's clients use; an upload replaces the list. */
export const ONE_TIME_KEYS = 100;

/** A new batch is made when fewer than this many remain at the relay. */
export const ONE_TIME_KEYS_LOW = 10;

/** Key IDs are 1 up to this, the widest that Signal's services store. */
export const MAX_KEY_ID = 0xff_ffff;

/**
 * Private one-time keys kept of each kind: ten uploads' worth. Somebody who drains the uploads faster than
 * retention lets go of old keys meets the last-resort key instead of an ever larger database.
 */
export const MAX_ONE_TIME_KEYS = 1_000;

/**
 * Plaintext that certainly fits the largest seal, whatever the ratchet adds: at most about 2,000 bytes for
 * a first message, 300 for the certificate and 100 for the seal.
 */
export const MAX_PLAINTEXT = 70_000;
