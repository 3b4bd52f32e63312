/** What can be wrong with a file from outside, or with a request of our own. */
export type ShardsErrorCode =
  /** A pointer that does not say where a file lies, or says it in a form of its own. */
  | 'bad-pointer'
  /** A pointer of a later format than this program knows. */
  | 'unsupported-version'
  /** A file of more than `MAX_FILE_BYTES`. */
  | 'too-large'
  /** Data that is not the chunk which the pointer promises in this place. */
  | 'bad-chunk'
  /** A list of chunks that is not the one which the pointer promises. */
  | 'bad-manifest'
  /** Our own mistake: a chunk of a wrong length, or a place beyond the end. */
  | 'bad-use';

/** A file that cannot be written or read. */
export class ShardsError extends Error {
  override readonly name = 'ShardsError';
  readonly code: ShardsErrorCode;

  constructor(code: ShardsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
