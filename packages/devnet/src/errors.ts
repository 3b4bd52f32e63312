/** Why a devnet does not start or cannot be controlled. */
export type DevnetErrorCode =
  /** The folder cannot be used, or holds something else. */
  | 'bad-folder'
  /** There is no chain for this machine. */
  | 'no-chain'
  /** The folder holds a devnet of another size. */
  | 'other-size'
  /** Something else listens where this devnet has its addresses. */
  | 'address-taken'
  /** This system has no 127.x.y.z beside 127.0.0.1. */
  | 'no-loopback-range'
  /** A process ended, or did not answer in time. */
  | 'not-ready'
  /** No devnet runs in this folder. */
  | 'not-running'
  /** The devnet has no such process. */
  | 'no-such-target'
  /** Told to end before it was ready. */
  | 'interrupted';

export class DevnetError extends Error {
  override readonly name = 'DevnetError';
  readonly code: DevnetErrorCode;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(code: DevnetErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** The system's name of an error, for choosing and for words. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown';
}
