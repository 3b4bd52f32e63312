/**
 * What was removed is out of the write-ahead log this soon, milliseconds. Shorter would sync more often
 * than a quiet server otherwise would.
 */
export const ERASE_WITHIN = 30_000;

/** How long a write waits for another process (an invite being made) before it fails, milliseconds. */
export const BUSY_TIMEOUT = 5_000;
