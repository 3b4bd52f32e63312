/** Why a blob store could not do its work. */
export type BlobsErrorCode =
  /** A key that no form of ours can have named. */
  | 'bad-key'
  /** A secret that is too short, settings that contradict each other. */
  | 'bad-settings'
  /** The folder holds other files, belongs to another user or cannot be used. */
  | 'bad-folder'
  /** The disk fails: nothing was acknowledged that is not on it. */
  | 'not-stored'
  /** The S3 store does not answer, or not in time. Trying again later is safe. */
  | 'unreachable'
  /** The S3 store has no room. */
  | 'full'
  /** The S3 store answers something that it should not: wrong credentials, no such bucket. */
  | 'refused'
  /** The store has been closed. */
  | 'closed';

/** The one error of this package towards programs; towards clients everything is a status with words. */
export class BlobsError extends Error {
  override readonly name = 'BlobsError';
  readonly code: BlobsErrorCode;

  constructor(code: BlobsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether a disk has no room left, or this user has not. */
export function isDiskFull(error: unknown): boolean {
  return /^(ENOSPC|EDQUOT)$/.test(codeOf(error));
}

/** Whether there is no such file. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** What the file system throws, in our words. Paths stay in the cause, for the one who looks after the machine. */
export function asBlobsError(error: unknown): BlobsError {
  if (error instanceof BlobsError) return error;
  return new BlobsError('not-stored', 'the blob store could not be read or written', { cause: error });
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}
