/** What went wrong with a registry, and so what the caller can do. */
export type ChainErrorCode =
  /** No endpoint took the transaction, or the chain refused it; `facts.reason` is the contract's name for why. */
  | 'refused'
  /** No endpoint answered: try again later, or name others. */
  | 'unreachable'
  /** The transaction was sent and is in no block yet: look later before sending it again. */
  | 'pending';

/** A surprise while writing to a chain. Reading never throws: it says which endpoint failed in which way. */
export class ChainError extends Error {
  override readonly name = 'ChainError';
  readonly code: ChainErrorCode;
  readonly facts: Readonly<{ reason?: string }>;

  constructor(
    code: ChainErrorCode,
    message: string,
    options: { readonly reason?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.facts = options.reason === undefined ? {} : { reason: options.reason };
  }
}
