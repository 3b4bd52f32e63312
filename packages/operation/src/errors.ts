/** Why what an operator asked for could not be done. */
export type OperationErrorCode =
  /** The address for metrics and health cannot be listened on. */
  | 'cannot-listen'
  /** The folder for a backup is not empty, or cannot be made. */
  | 'bad-backup-folder'
  /** The folder holds no whole backup of that server. */
  | 'no-backup'
  /** A file of a backup is not what was written. */
  | 'damaged-backup'
  /** The folder to restore into is not empty, or cannot be made. */
  | 'bad-data-folder';

export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: OperationErrorCode;

  constructor(code: OperationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
