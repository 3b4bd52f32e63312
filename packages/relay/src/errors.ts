/** Why a relay could not be started or a command on its data could not run. */
export type RelayErrorCode =
  /** The folder holds no relay's data. */
  | 'no-relay'
  /** The data folder holds other files, belongs to another user or cannot be used. */
  | 'bad-data-folder'
  /** A file of the data folder is damaged or belongs to another program. */
  | 'damaged-data'
  /** The relays of a database have other secrets than the data folder. */
  | 'other-secrets'
  /** The certificate or key given cannot be used. */
  | 'bad-certificate'
  /** Plain http was asked for on an address that others can reach. */
  | 'not-loopback'
  /** All addresses are listened on and none is named that clients could dial. */
  | 'needs-public-url'
  /** What clients were to be told is no address that they could dial. */
  | 'bad-public-url'
  /** The address cannot be listened on. */
  | 'cannot-listen'
  /** A trusted proxy is no address and no network. */
  | 'bad-proxy'
  /** A TURN server was asked for, and coturn is not installed or does not start. */
  | 'no-coturn'
  /** Where blobs were to be kept they cannot be. */
  | 'bad-blobs'
  /** A file with a secret cannot be read, or holds none. */
  | 'bad-secret-file'
  /** It is not said how codes get to phones, or that way cannot be used. */
  | 'bad-code-sender'
  /** A remote setting has a name or a value that no client takes. */
  | 'bad-remote-config'
  /** An ACI on the command line is not a UUID. */
  | 'bad-aci';

/** The one error of this package towards programs; towards clients everything is a status. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
