/** What a caller can ask of the network that is never done. */
export type NetErrorCode =
  /** The URL is not `wss:`, nor `ws:` to this machine; or it carries a user name or a fragment. */
  | 'insecure-url'
  /** A pin is not 32 bytes, or it was given for a connection without TLS. */
  | 'bad-pin'
  /** A header name or value cannot be sent. */
  | 'bad-header'
  /** A proxy is not `http://host:port` or `socks5://host:port`, with a user and password or without. */
  | 'bad-proxy'
  /** The address to dial from is no IP address. */
  | 'bad-source'
  /** A guard is named by something else than an IPv4 address and a port. */
  | 'bad-guard';

/** A mistake of the caller. What the network or the server does is an outcome, never this. */
export class NetError extends Error {
  override readonly name = 'NetError';
  readonly code: NetErrorCode;

  constructor(code: NetErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
