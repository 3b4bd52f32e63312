/** Why a node could not be made or started. */
export type StorageNodeErrorCode =
  /** The folder holds no node; `sotto node init` makes one. */
  | 'no-node'
  /** The data folder holds other files, belongs to another user or cannot be used. */
  | 'bad-data-folder'
  /** A file of the data folder is damaged or belongs to another program. */
  | 'damaged-data'
  /** Not an IPv4 address with a port that others could dial. */
  | 'bad-address'
  /** The directory cannot be read, or is not signed by those this node has pinned. */
  | 'bad-directory'
  /** A trace shows who talks to whom; it is for a network of nothing but loopback. */
  | 'trace-refused'
  /** Nodes are voted out within seconds; for a network of nothing but loopback. */
  | 'quick-refused'
  /** The registry has no entry of this key and operator. */
  | 'not-registered'
  /** The address cannot be listened on. */
  | 'cannot-listen';

/** The one error of this package towards programs; towards clients and nodes everything is a status. */
export class StorageNodeError extends Error {
  override readonly name = 'StorageNodeError';
  readonly code: StorageNodeErrorCode;

  constructor(code: StorageNodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
