import { type Bytes, BytesError, equalBytes, fromHex, fromUtf8 } from '@sotto/bytes';
import type { Clock, RandomBytes } from '@sotto/client';
import {
  type BuiltOnionRequest,
  buildOnionRequest,
  type OnionDestination,
  OnionError,
  type OnionRequest,
  type Path,
  type PathFailure,
  type PathNode,
} from '@sotto/onion';
import type { GuardDoor } from './guard-door.ts';
import type { GuardReply } from './net.ts';
import type { NetworkTime } from './network-time.ts';
import type { Nodes } from './nodes.ts';

/**
 * What became of one request on one path. Who was at fault has been told to the path keeper, except where it
 * can have been a server: see `travel`.
 */
export type TravelOutcome =
  | {
      readonly outcome: 'arrived';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Bytes;
    }
  /** Nothing came of it; another path may do better. */
  | { readonly outcome: 'lost'; readonly guardFailed: boolean }
  /** The last hop cannot reach the destination, or the time was over: the destination may be at fault. */
  | { readonly outcome: 'silent' }
  /** A hop says that our time is wrong. */
  | { readonly outcome: 'clock' }
  /** The guard, or whoever says so, has had too many requests. */
  | { readonly outcome: 'busy' }
  /** The road is closing, or cannot remember its guards. */
  | { readonly outcome: 'not-sent' };

export interface Travel {
  readonly path: Path;
  readonly destination: OnionDestination;
  /** Milliseconds. */
  readonly timeout: number;
  /** The destination holds it by intention: how long it took says nothing of the path. */
  readonly held: boolean;
  /** The minute that hops are told, in milliseconds; by default the network's time as we know it. */
  readonly now?: number;
}

export interface Traveller {
  readonly nodes: Nodes;
  readonly door: GuardDoor;
  readonly time: NetworkTime;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** How a hop names the one that it does not know (reference: session-protocol §2.4). */
const NOT_FOUND = /^Next node not found: ([0-9a-fA-F]{64})/;
const LONGEST_WORDS = 512;

/**
 * Send one request over one path and judge the answer (reference: session-protocol §2.4, §2.6). What the
 * last hop passes on for a server can be anything that the server likes. So nothing that fails on the way to
 * one is laid on the path here, only on a guard that cannot be reached: another path that works must tell.
 */
export async function travel(traveller: Traveller, request: Travel): Promise<TravelOutcome> {
  const { nodes, door, time, clock, random } = traveller;
  const { path, destination, timeout, held, now = time.now() } = request;
  const guard = path.hops[0] as PathNode;
  const started = clock.now();
  const built = build({
    path: path.hops,
    destination,
    encryption: 'xchacha20',
    now,
    pad: true,
    wrap: true,
    random,
  });
  if (!built) return { outcome: 'not-sent' };
  const reply = await door.sendOnion(guard, built.body, timeout);
  if (reply.outcome === 'unreachable') return judgeSilence(traveller, request, reply);
  if (reply.status !== 200) return judgeRefusal(traveller, request, reply);
  const opened = built.open(reply.body);
  // Also when a hop says in its layer that it understands nothing: another path has others.
  if (opened.outcome !== 'opened') return lost(nodes, request);
  nodes.keeper.succeeded(path, held ? undefined : clock.now() - started);
  const { status, headers, body } = opened;
  return { outcome: 'arrived', status, headers, body };
}

/** `undefined` for a server's key that is no key: whoever gave us the server is to blame for that. */
function build(request: OnionRequest): BuiltOnionRequest | undefined {
  try {
    return buildOnionRequest(request);
  } catch (error) {
    if (error instanceof OnionError && error.code === 'bad-key') return undefined;
    throw error;
  }
}

function judgeSilence(
  { nodes, door }: Traveller,
  request: Travel,
  { reason }: Extract<GuardReply, { outcome: 'unreachable' }>,
): TravelOutcome {
  const { path } = request;
  const guard = path.hops[0] as PathNode;
  switch (reason) {
    case 'aborted':
      return { outcome: 'not-sent' };
    case 'no-connection':
      nodes.keeper.failed(path, { kind: 'guard' });
      return { outcome: 'lost', guardFailed: true };
    case 'timeout':
      blame(nodes, request, { kind: 'path' });
      void door.examine(guard);
      return { outcome: 'silent' };
    case 'too-large':
      return lost(nodes, request);
  }
}

/**
 * Errors on the way come in the clear: anybody on the path can have made them. So none of them is final,
 * and each costs the path a strike, which the next success takes away.
 */
function judgeRefusal(
  { nodes }: Traveller,
  request: Travel,
  { status, body }: Extract<GuardReply, { outcome: 'answered' }>,
): TravelOutcome {
  switch (status) {
    case 406:
    case 425:
      return { outcome: 'clock' };
    case 429:
      blame(nodes, request, { kind: 'path' });
      return { outcome: 'busy' };
    case 502:
      return judgeNotFound(nodes, request, body);
    case 504:
      blame(nodes, request, { kind: 'path' });
      return { outcome: 'silent' };
    default:
      return lost(nodes, request);
  }
}

function judgeNotFound(nodes: Nodes, request: Travel, body: Bytes): TravelOutcome {
  const { destination } = request;
  const named = namedNode(body);
  // In the last hop's own words: a server cannot be reached, which is no fault of the path.
  if (!named && destination.kind === 'server') return { outcome: 'silent' };
  if (!named) return lost(nodes, request);
  if (destination.kind === 'node' && equalBytes(named, destination.hop.ed25519)) {
    blame(nodes, request, { kind: 'path' });
    return { outcome: 'silent' };
  }
  blame(nodes, request, { kind: 'not-found', node: named });
  return { outcome: 'lost', guardFailed: false };
}

function lost(nodes: Nodes, request: Travel): TravelOutcome {
  blame(nodes, request, { kind: 'path' });
  return { outcome: 'lost', guardFailed: false };
}

/** A server could lay anything on a path, and have it left for another until one suits it. */
function blame(nodes: Nodes, { path, destination }: Travel, failure: PathFailure): void {
  if (destination.kind === 'node') nodes.keeper.failed(path, failure);
}

function namedNode(body: Bytes): Bytes | undefined {
  try {
    const hex = NOT_FOUND.exec(fromUtf8(body.subarray(0, LONGEST_WORDS)))?.[1];
    return hex === undefined ? undefined : fromHex(hex);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
