import type { IncomingMessage } from 'node:http';
import { HEADER, IDLE_PRIMARY_ALERT, PATH, PRIMARY_DEVICE_ID } from '@sotto/protocol';
import { DAY, IDLE_PRIMARY_DAYS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { authenticate } from './authenticate.ts';
import type { Caller } from './call.ts';

/** The head of a request to become a chat socket. */
export type UpgradeRequest = Pick<IncomingMessage, 'url' | 'headers'>;

/** What a socket that is granted will be. */
export interface UpgradeTerms {
  readonly caller?: Caller;
  /** False when the client asked for no messages. */
  readonly delivers: boolean;
  /** For one that delivers, among all connections of its device: a later one has a greater number. */
  readonly order: number;
  /** Stories are delivered too. */
  readonly stories: boolean;
  /** The client takes notices of the relay that are no part of Signal's protocol. */
  readonly notices: boolean;
  /** A device waits here to be linked. */
  readonly provisions?: true;
  /** What the client is told with the answer. */
  readonly alerts?: readonly string[];
}

const ANONYMOUS: UpgradeTerms = { delivers: false, order: 0, stories: false, notices: false };

/** A status to refuse with, or what the socket will be. */
export type UpgradeDecision = number | UpgradeTerms;

/**
 * Whether a request to become a chat socket is granted (reference: signal-service §1.1). `full`: there is room for
 * no more. Never rejects, for an upgrade is an event, and nobody would hear it.
 */
export async function decideUpgrade(
  context: RelayContext,
  request: UpgradeRequest,
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
  request: UpgradeRequest,
  full: boolean,
): Promise<UpgradeDecision> {
  const path = `${(request.url ?? '').split('?')[0]}/`.replace(/\/\/$/, '/');
  if (path !== PATH.socket && path !== PATH.provisioningSocket) return 404;
  if (full) return 503;
  // Anonymous, whoever it says that it is: the account that it will belong to knows it as yet by nothing.
  if (path === PATH.provisioningSocket) return { ...ANONYMOUS, provisions: true };
  const header = request.headers.authorization;
  if (header === undefined) return ANONYMOUS;
  const caller = await authenticate(context.store, header);
  if (caller === undefined) return 403;
  const says = (name: string): boolean => request.headers[name] === 'true';
  const delivers = !says(HEADER.disableMessages);
  return {
    caller,
    delivers,
    order: delivers ? await context.store.numberConnection() : 0,
    stories: says(HEADER.receiveStories),
    notices: says(HEADER.notices),
    alerts: await alertsFor(context, caller),
  };
}

/** A linked device may be the only one that its user still looks at (signal-service §1.1). */
async function alertsFor({ store, now }: RelayContext, { aci, device }: Caller): Promise<readonly string[]> {
  if (device === PRIMARY_DEVICE_ID) return [];
  const primary = (await store.findAccount(aci))?.devices.find(({ id }) => id === PRIMARY_DEVICE_ID);
  const today = Math.floor(now() / DAY);
  return primary !== undefined && today - primary.lastSeenDay > IDLE_PRIMARY_DAYS ? [IDLE_PRIMARY_ALERT] : [];
}
