/** Shorter values are found by chance. */
export const MIN_CANARY = 9;

/** A value that nobody else would write, by which one notices where it has got to. */
export interface Canary {
  /** What it is, in the words of the ledger. */
  readonly field: string;
  /** Whose it is. */
  readonly of: string;
  /** At least `MIN_CANARY` of them. */
  readonly bytes: Uint8Array;
  /** It is about this mailbox: prefix and key, 33 bytes. */
  readonly mailbox?: Uint8Array;
}

/** Where in some bytes a canary was, and how it was written. */
export interface Found {
  readonly canary: Canary;
  readonly encoding: string;
}
