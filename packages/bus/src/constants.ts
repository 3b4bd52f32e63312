/** A bell carries next to nothing: what it is about is fetched. Larger ones are refused, and not heard from others. */
export const MAX_BELL_BYTES = 1024;

/** Hex digits of a subject: room for any hash, and nothing that a server would read as a pattern. */
export const MAX_SUBJECT_LENGTH = 128;

/** Bells on their way to a server that has not confirmed any of them: beyond, they are dropped. About 11 MiB. */
export const MOST_UNCONFIRMED = 10_000;
/** The server is asked to confirm after so many. */
export const CONFIRM_AFTER = 500;

/** A server that does not let us in within this is tried again, milliseconds. */
export const CONNECT_TIMEOUT = 3_000;
/** The pause before doubles from the first to the longest, and is shortened at random, milliseconds. */
export const FIRST_PAUSE = 100;
export const LONGEST_PAUSE = 5_000;

/** A way that is cut without a word is noticed within two of these, milliseconds. */
export const PING_INTERVAL = 5_000;

/** How long a bus that is closed waits for its last bells to leave, milliseconds. */
export const CLOSE_TIMEOUT = 1_000;
