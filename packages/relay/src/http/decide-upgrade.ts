import type { IncomingMessage } from 'node:http';
import { HEADER, PATH } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { authenticate } from './authenticate.ts';
import type { Caller } from './call.ts';

/** A status to refuse with, or what the socket will be. */
export type UpgradeDecision = number | UpgradeTerms;

export interface UpgradeTerms {
  readonly caller?: Caller;
  /** False when the client asked for no messages. */
  readonly delivers: boolean;
  /** Stories are delivered too. */
  readonly stories: boolean;
  /** The client takes notices of the relay that are no part of Signal's protocol. */
  readonly notices: boolean;
}

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
  const path = (request.url ?? '').split('?')[0];
  if (path !== PATH.socket && `${path}/` !== PATH.socket) return 404;
  if (full) return 503;
  const header = request.headers.authorization;
  if (header === undefined) return { delivers: false, stories: false, notices: false };
  const caller = await authenticate(context.store, header);
  if (caller === undefined) return 403;
  const says = (name: string): boolean => request.headers[name] === 'true';
  return {
    caller,
    delivers: !says(HEADER.disableMessages),
    stories: says(HEADER.receiveStories),
    notices: says(HEADER.notices),
  };
}
