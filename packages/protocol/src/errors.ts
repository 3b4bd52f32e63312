/** What can be wrong with bytes or JSON from the wire. */
export type ProtocolErrorCode =
  /** Longer than the wire allows; nothing of it was decoded. */
  | 'too-large'
  /** Not a protobuf of the expected kind, or one that lacks what it must have. */
  | 'malformed'
  /** Not JSON, or nested deeper than any body of ours. */
  | 'bad-json'
  /** JSON of the wrong shape; `field` names where. */
  | 'bad-body';

/**
 * The one error of this package: the input is refused, the connection may go on.
 * `field` is a path of member names of our own schemas, never a value from the input.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  readonly field: string | undefined;

  constructor(code: ProtocolErrorCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
