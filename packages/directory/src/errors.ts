/** What can be wrong with a list of storage nodes. */
export type DirectoryErrorCode =
  /** Bytes that are no signed list. */
  | 'malformed'
  /** A text that is no JSON of a list or of a node; `facts.field` names where. */
  | 'bad-json'
  /** A list that breaks a rule; `facts.rule` is a `ListRule`. */
  | 'bad-list'
  /** A mailbox key that is not 33 bytes, or a signing key that is not 64. */
  | 'bad-key';

/** The rules of a list, each with what breaks it. */
export type ListRule =
  /** A sequence below 1 or a time that is no whole number of milliseconds. */
  | 'numbers'
  /** More than 16, one twice, or a key that is not 32 bytes. */
  | 'signers'
  /** Above the number of signers, or 0 although there are some. */
  | 'threshold'
  /** More than 2,500 nodes. */
  | 'too-many-nodes'
  /** A node whose keys are not 32 bytes, or whose ports or swarm cannot be. */
  | 'node'
  /** The same key, or the same address and port, twice. */
  | 'node-twice'
  /** Signers, nodes or signatures that do not stand in ascending order. */
  | 'order'
  /** Not an IPv4 address in dotted decimal. */
  | 'address'
  /** Subnets are ignored although an address is not loopback. */
  | 'not-loopback'
  /** Subnets count although an address cannot be reached from the internet. */
  | 'not-public'
  /** Subnets are ignored and were not in the list before, or the other way. */
  | 'subnets-changed'
  /** More than 32 signatures, any in a list without signers, a signer twice, or a signature that is not 64 bytes. */
  | 'signatures';

/** Input that cannot be a list of storage nodes. No key and no address stands in its message. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly code: DirectoryErrorCode;
  readonly facts: Readonly<{ rule?: ListRule; field?: string }>;

  constructor(
    code: DirectoryErrorCode,
    message: string,
    facts: Readonly<{ rule?: ListRule; field?: string }> = {},
  ) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}
