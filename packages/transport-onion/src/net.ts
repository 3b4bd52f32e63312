import type { Bytes } from '@sotto/bytes';

/**
 * What the onion road needs of a network: one request to one guard. The lower package declares it;
 * `net-node` implements it for Node.
 *
 * An implementation keeps connections open between requests, follows no redirect, verifies no
 * certificate (the onion layers prove the guard's key; nodes show self-signed ones) and dials the
 * address it is given and no other.
 */
export type PostToGuard = (request: GuardRequest) => Promise<GuardReply>;

export interface GuardRequest {
  /** IPv4 in dotted decimal. */
  readonly ip: string;
  readonly port: number;
  readonly path: '/onion_req/v2' | '/storage_rpc/v1';
  readonly body: Bytes;
  /** Milliseconds from now to the last byte of the answer. */
  readonly timeout: number;
  /** A longer answer is given up. Bytes. */
  readonly maxReply: number;
  /** Ends the request early, as `unreachable`. */
  readonly signal?: AbortSignal;
}

export type GuardReply =
  | { readonly outcome: 'answered'; readonly status: number; readonly body: Bytes }
  | {
      readonly outcome: 'unreachable';
      readonly reason: 'timeout' | 'no-connection' | 'too-large' | 'aborted';
    };
