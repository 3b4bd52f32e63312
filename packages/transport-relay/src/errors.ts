/** What a caller can do wrong with the relay road. What relay and network do is an outcome, never this. */
export type RelayRoadErrorCode =
  /** The credentials are not of a version this program knows, or are damaged. */
  | 'bad-credentials'
  /** The keys for an enrolment lack the signed or the last-resort key. */
  | 'incomplete-keys'
  /** `start` was called twice, or after `close`. */
  | 'already-started';

/** A mistake of the caller. */
export class RelayRoadError extends Error {
  override readonly name = 'RelayRoadError';
  readonly code: RelayRoadErrorCode;

  constructor(code: RelayRoadErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
