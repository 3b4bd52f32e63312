import { MAX_FRAME_BYTES } from '@sotto/protocol';

/** Times in milliseconds. A relay that does not answer within this is unhealthy (design §1.4). */
export const ANSWER_TIMEOUT = 5_000;

/** Name look-up, connection, TLS and upgrade together. */
export const OPEN_TIMEOUT = 5_000;

/** The relay hangs up after 90 s of silence; Signal's clients say something every 30 s. */
export const KEEP_ALIVE_EVERY = 30_000;

/** An anonymous connection that nobody used for this long is closed: an open one costs the relay and shows presence. */
export const ANONYMOUS_IDLE = 45_000;

/** Pauses between attempts to connect: doubling from the first to the last, each shortened at random by up to half. */
export const FIRST_PAUSE = 1_000;
export const LAST_PAUSE = 60_000;

/** A relay that said it goes away has this long to be back before anybody minds: less than makes it unhealthy. */
export const ABSENCE = 4_000;

/** A connection that lived this long was a good one: the pauses begin small again. */
export const STABLE_AFTER = 30_000;

/** An envelope that could not be opened now is fetched again after this; the port promises within a minute. */
export const REDELIVER_AFTER = 30_000;

/** Requests unanswered at one time on one connection; the others wait their turn. */
export const MAX_IN_FLIGHT = 64;

/** Requests waiting their turn. The outbox asks one at a time per chat; more than this is a bug of ours. */
export const MAX_WAITING = 1_024;

/** Bytes that the system has not taken yet, beyond which no further request is begun. */
export const MAX_BUFFERED = 1024 * 1024;

/** Signal's relay has at most 256 envelopes unanswered (§1.3); a few more are forgiven. */
export const MAX_OPEN_ENVELOPES = 320;

/** Bytes of envelopes that may be open at once: what 256 of the largest would take. */
export const MAX_OPEN_BYTES = 32 * 1024 * 1024;

/** When the relay asks to be left alone without saying how long, and the bounds of what it may say. */
export const DEFAULT_RETRY_AFTER = 30_000;
export const MIN_RETRY_AFTER = 1_000;
export const MAX_RETRY_AFTER = 24 * 60 * 60 * 1000;

/** What a relay says of itself is asked again after this; the price of work may change. */
export const INFO_LIFETIME = 60 * 60 * 1000;

/** A frame less its request line and headers. */
export const MAX_BODY = MAX_FRAME_BYTES - 16 * 1024;

/**
 * The most that a relay named in somebody's record may ask of a stranger: some seconds. One's own is
 * chosen and may ask for more; this one is an attacker's word.
 */
export const MAX_FOREIGN_WORK_BITS = 22;

/** Relays of others whose price and clock are remembered; the one unused for longest is forgotten. */
export const MAX_FOREIGN_RELAYS = 32;
