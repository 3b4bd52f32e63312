export type BusErrorCode =
  /** A subject that is not hex, or a bell that is too large: a mistake of the caller. */
  | 'refused'
  /** The URL of the bus cannot be used. */
  | 'bad-url';

/** The one error of this package. Its messages hold no part of a URL but the name of a parameter. */
export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
