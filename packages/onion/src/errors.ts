/** What can be wrong with a call into this package, or with what a client sent. */
export type OnionErrorCode =
  /** A client's body is no onion request: HTTP 400 with this error's message as its body. */
  | 'bad-request'
  /** A path has no hop, or more than anybody opens. */
  | 'bad-path'
  /** A hop's or destination's X25519 key is no key that anything can be encrypted to. */
  | 'bad-key';

/** Never carries keys, addresses or content. What may happen to a layer that others made is a value instead. */
export class OnionError extends Error {
  override readonly name = 'OnionError';
  readonly code: OnionErrorCode;

  constructor(code: OnionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
