/**
 * In front of the time of a program's own clock: a storage node puts it into each answer (session-protocol §3.6),
 * however many layers of JSON lie around it, and one of a devnet into its log of hops.
 */
const OWN = /\\*"(?:t|at)\\*":$/;
const LONGEST = 16;

/** Whether a time, which is found as these digits, is of such a clock wherever it stands: by chance a message has the same. */
export function isOwnClock(bytes: Uint8Array, digits: Uint8Array): boolean {
  const where = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = where.indexOf(digits); at !== -1; at = where.indexOf(digits, at + 1)) {
    if (!OWN.test(where.toString('latin1', Math.max(0, at - LONGEST), at))) return false;
  }
  return true;
}
