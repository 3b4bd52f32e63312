/** Why a database or a mailbox could not do its work. */
export type MailboxErrorCode =
  /** The file was written by a newer program. */
  | 'newer-version'
  /** The file cannot be opened or is not a database of ours. */
  | 'unreadable'
  /** A transaction did not commit: disk full, file gone, locked too long. Nothing of it is stored. */
  | 'not-committed'
  /** More writes are waiting than memory is reserved for; try again in a moment. */
  | 'overloaded'
  /** The store has been closed. */
  | 'closed'
  /** Another process holds the folder. */
  | 'in-use';

/** The one error of this package. Messages name versions and files, never content or owners. */
export class MailboxError extends Error {
  override readonly name = 'MailboxError';
  readonly code: MailboxErrorCode;

  constructor(code: MailboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
