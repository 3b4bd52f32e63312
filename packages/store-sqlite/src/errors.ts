/** Why a store or its key cannot be used. */
export type StoreErrorCode =
  /** Another process, or another store of this one, has the profile open. */
  | 'in-use'
  /** The key does not open this file, or the file's first page is damaged. */
  | 'wrong-key'
  /** A newer version of this program wrote it; opening it could lose what that version knows. */
  | 'newer-version'
  /** Pages, rows or a key file are not what was written. */
  | 'damaged'
  /** No space left. Nothing was written; it may be tried again when there is space. */
  | 'disk-full'
  /** The disk failed. The store takes no more writes until it is opened anew. */
  | 'io'
  /** A change that the tables refuse. Nothing of its unit of work was written. */
  | 'invalid-change'
  /** The store was closed. */
  | 'closed'
  /** There is no key file in this folder. */
  | 'no-key'
  /** There is a key file in this folder already. */
  | 'key-exists'
  /** The key is wrapped and no passphrase was given. */
  | 'needs-passphrase'
  /** The passphrase does not unwrap the key. */
  | 'wrong-passphrase';

/** The one error of this package. Messages carry no key, no text and no path. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What SQLite and the file system say, in our words. Anything unknown is `io`: stop before harm is done. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new StoreError('in-use', 'the profile is in use');
  if (code === 'SQLITE_NOTADB') {
    return new StoreError('wrong-key', 'this key does not open the store, or its first page is damaged');
  }
  if (/^SQLITE_CORRUPT/.test(code)) return new StoreError('damaged', 'the store is damaged');
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError('disk-full', 'no space left to write');
  }
  if (/^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(code) || isRefusedValue(error)) {
    return new StoreError('invalid-change', 'the store refuses this change');
  }
  return new StoreError('io', `the store cannot be read or written (${code === '' ? 'unknown' : code})`);
}

/** A change whose parts are not there, or hold what the driver cannot bind: a plain error without a code. */
function isRefusedValue(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return error instanceof Error && error.message.startsWith('Failed to bind');
}
