import type { Clock, RandomBytes, RoadDistrust } from '@sotto/client';
import type { RelayAddress } from '@sotto/identity';
import { type Ask, Connection, type ConnectionEvents, type ConnectOutcome } from './connection.ts';
import type { RelayNet } from './net.ts';
import { type Reply, refusedHere, retryAfterOf } from './reply.ts';
import { socketUrl } from './socket-url.ts';

/** What every part of the road needs. */
export interface Surroundings {
  readonly relay: RelayAddress;
  readonly net: RelayNet;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

type Headers = Readonly<Record<string, string>>;

/** A connection of its own to the road's relay, with its key pinned where it has one. */
export function connectTo(
  { relay, net, clock }: Surroundings,
  events: ConnectionEvents,
  headers: Headers = {},
): Promise<ConnectOutcome> {
  const pin = relay.key === undefined ? {} : { pin: relay.key };
  return Connection.open({ net, clock, url: socketUrl(relay), headers, ...pin }, events);
}

/** Do something on a connection that nothing else uses, and close it. */
export async function withConnection<Result>(
  surroundings: Surroundings,
  action: (ask: (ask: Ask) => Promise<Reply>) => Promise<Result>,
  headers: Headers = {},
): Promise<Result> {
  const events: ConnectionEvents = { onRequest: (_, answer) => answer(404), onClose: () => undefined };
  const opened = await connectTo(surroundings, events, headers);
  if (opened.outcome !== 'open') return action(async () => replyToFailure(opened));
  opened.connection.begin();
  try {
    return await action((ask) => opened.connection.ask(ask));
  } finally {
    opened.connection.close();
  }
}

/** One question on a connection of its own. */
export function askAlone(surroundings: Surroundings, question: Ask, headers: Headers = {}): Promise<Reply> {
  return withConnection(surroundings, (ask) => ask(question), headers);
}

/**
 * Only "come again later" is an answer to the request that wanted to connect; any other refused
 * upgrade says nothing about it.
 */
export function replyToFailure(failure: Exclude<ConnectOutcome, { outcome: 'open' }>): Reply {
  const distrust = distrustOf(failure);
  if (distrust !== undefined) return { outcome: 'unanswered', distrust };
  if (failure.outcome !== 'refused' || (failure.status !== 429 && failure.status !== 503)) {
    return { outcome: 'unanswered' };
  }
  return { ...refusedHere(failure.status), retryAfter: retryAfterOf(failure.retryAfter) };
}

/** Whether the server is there but is not the one that was meant, as far as anybody can show. */
export function distrustOf({ outcome }: ConnectOutcome): RoadDistrust | undefined {
  return outcome === 'wrong-key' || outcome === 'untrusted' ? outcome : undefined;
}
