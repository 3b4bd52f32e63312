import type { IncomingMessage } from 'node:http';
import { HEADER, PATH } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { authenticate } from './authenticate.ts';
import type { Caller } from './call.ts';

/** A status to refuse with, or what the socket will be. */
export type UpgradeDecision = number | { readonly caller?: Caller; readonly delivers: boolean };

/**
 * Whether a request to become a chat socket is granted (reference: signal-service §1.1). `full`: there is room for
 * no more. Never throws, for an upgrade is an event, and what is thrown there would end the relay.
 */
export function decideUpgrade(
  context: RelayContext,
  request: IncomingMessage,
  full: boolean,
): UpgradeDecision {
  try {
    return decide(context, request, full);
  } catch (error) {
    context.events.failed(error);
    return 500;
  }
}

function decide(context: RelayContext, request: IncomingMessage, full: boolean): UpgradeDecision {
  const path = (request.url ?? '').split('?')[0];
  if (path !== PATH.socket && `${path}/` !== PATH.socket) return 404;
  if (full) return 503;
  const header = request.headers.authorization;
  if (header === undefined) return { delivers: false };
  const caller = authenticate(context.store, header);
  if (caller === undefined) return 403;
  return { caller, delivers: request.headers[HEADER.disableMessages] !== 'true' };
}
