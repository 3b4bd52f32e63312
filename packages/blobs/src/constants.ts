const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Collections that the relay gives out keys in; the first part of a blob's key (reference: signal-service §6, §8). */
export const COLLECTION = { attachments: 'attachments', stickers: 'stickers', profiles: 'profiles' } as const;

/**
 * How long blobs of a collection are kept, milliseconds. Others stay until they are removed. Signal's class of
 * retention (reference: signal-service §8): a device that was away for a month still gets its attachments.
 */
export const LIFETIME: ReadonlyMap<string, number> = new Map([[COLLECTION.attachments, 45 * DAY]]);

/** What is not finished by then is given up: as long as a form is good for. */
export const UPLOAD_LIFETIME = 24 * HOUR;

/** An attachment's ciphertext (reference: signal-service §8). More would make a phone's memory and plan suffer. */
export const MAX_ATTACHMENT_BYTES = 100 * MIB;

/** A form for an attachment is good for this long: a large file over a bad link, resumed the next morning. */
export const TOKEN_LIFETIME = 24 * HOUR;

/** A form for a sticker or an avatar, as Signal's server has it: those go up at once. */
export const FORM_LIFETIME = 30 * MINUTE;

/** Random bytes of an attachment's key (reference: signal-service §8): nobody guesses where one lies. */
export const KEY_BYTES = 15;

/** Shorter secrets could be guessed from one form. */
export const MIN_SECRET_BYTES = 32;

/**
 * The slowest that a body may come or an answer be taken: so many bytes in so many milliseconds, 4 KiB/s. Slower, and
 * a few thousand connections hold a server for nothing; faster, and people on a train lose what they have sent.
 */
export const PACE = { bytes: 120 * KIB, within: 30_000 } as const;

/**
 * In a folder: what a crash may cost of an upload that is under way. Lower syncs more often than a disk likes, higher
 * makes people send more again.
 */
export const CHECKPOINT_BYTES = 8 * MIB;

/** In an S3 store: an upload is kept in pieces of this, one of which is in memory while it comes. */
export const SEGMENT_BYTES = 512 * KIB;

/** Expired blobs are removed so many at a time, and everything else gets its turn in between. */
export const REMOVE_BATCH = 500;

/** Who is refused in the middle of a body is heard out for this long, so that the words arrive. Milliseconds. */
export const LINGER = 2_000;

/** When to try again after a refusal for want of a store, seconds. */
export const RETRY_AFTER_SECONDS = 10;
