/** What can go wrong that no other party may cause. */
export type RatchetErrorCode =
  /** The local device's secret, certificate or IDs do not belong to its account. */
  | 'bad-local-device'
  /** A device was asked for that the record does not list. */
  | 'no-such-device'
  /** A stored row cannot be read. */
  | 'corrupt-state'
  /** The engine refused an operation that should have succeeded. */
  | 'engine-failed';

/**
 * Our own ratchet state or device is unusable; nothing was changed. Names no key, ID or address, and
 * carries no `cause`, because the engine's own messages do.
 */
export class RatchetError extends Error {
  override readonly name = 'RatchetError';
  readonly code: RatchetErrorCode;

  constructor(code: RatchetErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
