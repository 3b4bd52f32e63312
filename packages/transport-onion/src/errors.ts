/** What a caller can do wrong with the onion road. What the network does is an outcome, never this. */
export type OnionRoadErrorCode =
  /** The credentials are not of a version this program knows, or are damaged. */
  | 'bad-credentials'
  /** The list of nodes cannot be read, or its own signers did not sign it. */
  | 'bad-directory'
  /** `start` was called twice, or after `close`. */
  | 'already-started'
  /** There is no mailbox to renew before `start`. */
  | 'not-started';

/** A mistake of the caller. */
export class OnionRoadError extends Error {
  override readonly name = 'OnionRoadError';
  readonly code: OnionRoadErrorCode;

  constructor(code: OnionRoadErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
