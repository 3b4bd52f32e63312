import type { IncomingMessage } from 'node:http';
import { HEADER, PATH } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { authenticate } from './authenticate.ts';
import type { Caller } from './call.ts';

/** What a socket that is granted will be. */
export interface GrantedUpgrade {
  readonly caller?: Caller;
  readonly delivers: boolean;
  readonly provisions?: true;
}

/** A status to refuse with, or what the socket will be. */
export type UpgradeDecision = number | GrantedUpgrade;

/**
 * Whether a request to become a chat socket is granted (reference: signal-service §1.1). `full`: there is room for
 * no more. Never rejects, for an upgrade is an event, and nobody would hear it.
 */
export async function decideUpgrade(
  context: RelayContext,
  request: IncomingMessage,
  full: boolean,
): Promise<UpgradeDecision> {
  try {
    return await decide(context, request, full);
  } catch (error) {
    context.events.failed(error);
    return 500;
  }
}

async function decide(
  context: RelayContext,
  request: IncomingMessage,
  full: boolean,
): Promise<UpgradeDecision> {
  const path = `${(request.url ?? '').split('?')[0]}/`.replace(/\/\/$/, '/');
  if (path !== PATH.socket && path !== PATH.provisioningSocket) return 404;
  if (full) return 503;
  // Anonymous, whoever it says that it is: the account that it will belong to knows it as yet by nothing.
  if (path === PATH.provisioningSocket) return { delivers: false, provisions: true };
  const header = request.headers.authorization;
  if (header === undefined) return { delivers: false };
  const caller = await authenticate(context.store, header);
  if (caller === undefined) return 403;
  return { caller, delivers: request.headers[HEADER.disableMessages] !== 'true' };
}
