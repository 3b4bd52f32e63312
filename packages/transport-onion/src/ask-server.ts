import type { Bytes } from '@sotto/bytes';
import { kindOfAddress } from '@sotto/directory';
import type { ServerRequest } from '@sotto/protocol';
import type { Asker } from './asker.ts';
import { SERVER_TIMEOUT } from './limits.ts';

/** A server that speaks v4 at `/oxen/v4/lsrpc`, such as somebody's relay. */
export interface OnionServer {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** 32 bytes: requests are encrypted to it, so that no hop can stand in for the server. */
  readonly x25519: Bytes;
}

export type ServerOutcome =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Bytes;
    }
  /** It may or may not have been asked. */
  | { readonly outcome: 'unanswered' };

/**
 * Ask a server from the last of three hops; it learns that hop's address and no other. Outside a network
 * on one machine, no node is asked to look at addresses that are not on the internet (design §1.4).
 */
export async function askServer(
  asker: Asker,
  server: OnionServer,
  request: ServerRequest,
): Promise<ServerOutcome> {
  const isLocal = asker.traveller.nodes.list.subnets === 'ignore';
  const kind = kindOfAddress(server.host);
  if (!isLocal && kind !== undefined && kind !== 'public') return { outcome: 'unanswered' };
  const reply = await asker.send('server', { kind: 'server', ...server, request }, SERVER_TIMEOUT);
  if (reply.outcome !== 'arrived') return { outcome: 'unanswered' };
  const { status, headers, body } = reply;
  return { outcome: 'answered', status, headers, body };
}
