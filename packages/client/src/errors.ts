/** What can go wrong that no caller could expect. */
export type ClientErrorCode =
  /** What this device kept about itself cannot be read. */
  | 'broken-state'
  /** A part of a file is not what it was when it was written down. */
  | 'damaged-file';

/** A defect or a broken profile; expected outcomes are values. Never carries keys, IDs or text. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
