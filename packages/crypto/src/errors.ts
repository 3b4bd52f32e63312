/** What can be wrong with a call into this package. Forgeries are not errors but values. */
export type CryptoErrorCode =
  /** A key, nonce, salt or requested output is not as long as its primitive needs. */
  | 'wrong-length'
  /** A cost parameter is outside what this package is willing to compute. */
  | 'bad-parameter'
  /** The machine has not the memory that the parameters ask for. */
  | 'no-memory';

/** A misuse of a primitive, or one that cannot be computed here. Never carries key, nonce or message bytes. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Refuse an argument whose length its primitive does not allow. */
export function requireLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new CryptoError('wrong-length', `${what} needs ${length} bytes, got ${bytes.length}`);
  }
}
