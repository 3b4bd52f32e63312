import type { Bytes } from '@sotto/bytes';

/** A server that takes requests from the last hop of a path, at `/oxen/v4/lsrpc`. */
export interface ServerAddress {
  readonly protocol: 'http' | 'https';
  /** As in a URL: a name, an IPv4 address, or an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
  /** What the request is encrypted to, 32 bytes. */
  readonly x25519: Bytes;
}

/**
 * What the relay road needs of the onion network: one request to a server that must not learn who asks.
 * The lower package declares it; the onion road implements it. It has a time limit of its own, and
 * what goes wrong on the way is `unanswered`, never a rejection.
 */
export type AskServer = (
  server: ServerAddress,
  request: {
    readonly method: string;
    /** Path and query. */
    readonly endpoint: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Bytes;
  },
) => Promise<
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Bytes;
    }
  | { readonly outcome: 'unanswered' }
>;
