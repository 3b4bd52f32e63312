/** Why a database or a mailbox could not do its work. */
export type DatabaseErrorCode =
  /** The file or the database was written by a newer program. */
  | 'newer-version'
  /** The file or the database was written by an older program, and is not this caller's to change. */
  | 'older-version'
  /** The file cannot be opened or is not a database of ours; a server does not let us in, or does not sync. */
  | 'unreadable'
  /** Disk full or failing, file gone, locked or in conflict too long. Nothing of what was to be written is stored. */
  | 'not-committed'
  /** The database server is not there or does not answer. Nothing of what was to be written is stored. */
  | 'unreachable'
  /** The database server was lost while it committed: what was to be written is stored, or not. */
  | 'unknown'
  /** Bytes that were removed could not be overwritten yet: disk full or failing. It is tried again. */
  | 'not-erased'
  /** More writes are waiting than memory is reserved for; try again in a moment. */
  | 'overloaded'
  /** The store has been closed. */
  | 'closed'
  /** Another process holds the folder, or keeps a file locked. */
  | 'in-use'
  /** What was to be stored cannot be: a repeated ID, an empty envelope, text with NUL, work that is not synchronous. */
  | 'refused';

/** The one error of this package. Messages name versions, files and codes, never content, owners or passwords. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether SQLite has met the lock of somebody else. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** What the driver throws, in our words. The cause is kept for the one who looks after the machine. */
export function asDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  if (/^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(codeOf(error)) || isRefusedValue(error)) {
    return new DatabaseError('refused', 'the mailbox refuses this entry', { cause: error });
  }
  return new DatabaseError('not-committed', 'the mailbox could not be read or written', { cause: error });
}

/** A value that the driver cannot bind: a plain error without a code. */
function isRefusedValue(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.message.startsWith('Failed to bind'));
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}
