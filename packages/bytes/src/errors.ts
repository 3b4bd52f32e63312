/** What can be wrong with bytes or their text form. */
export type BytesErrorCode =
  /** The text has a character or a length its encoding does not allow. */
  | 'bad-encoding'
  /** The value is not exactly as long as its type says. */
  | 'wrong-length'
  /** A reader was asked for more bytes than are left. */
  | 'truncated'
  /** Bytes that should be UTF-8 are not. */
  | 'not-utf8';

/** Malformed bytes from outside; the caller refuses the input. Never carries the bytes themselves. */
export class BytesError extends Error {
  override readonly name = 'BytesError';
  readonly code: BytesErrorCode;

  constructor(code: BytesErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
