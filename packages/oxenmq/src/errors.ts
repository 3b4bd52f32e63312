/** Why OxenMQ could not be served. */
export type OxenMqErrorCode =
  /** The address cannot be listened on. */
  | 'cannot-listen'
  /** A key that has not 32 bytes. */
  | 'bad-key';

/** The one error of this package; towards peers everything is a frame or silence. */
export class OxenMqError extends Error {
  override readonly name = 'OxenMqError';
  readonly code: OxenMqErrorCode;

  constructor(code: OxenMqErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
