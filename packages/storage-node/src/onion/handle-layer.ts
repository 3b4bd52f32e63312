import { toHex } from '@sotto/bytes';
import type { Leaving } from '@sotto/frames';
import type { Source } from '@sotto/limits';
import { type IncomingLayer, isTimely, type PeeledLayer } from '@sotto/onion';
import {
  encodeLayerFrame,
  formatOuterLayer,
  MAX_REPLY_BYTES,
  NEXT_HOP_TIMEOUT,
  ONION_TEXT,
} from '@sotto/protocol';
import { HOP_PATIENCE, MAX_ONION_BATCH_BYTES } from '../constants.ts';
import { asHop } from '../hop-refusal.ts';
import { bytesReply, type HttpReply, textReply } from '../http/reply.ts';
import type { LinkReply } from '../link/exchange.ts';
import { LINK_PATH } from '../link/paths.ts';
import type { NodeContext } from '../node-context.ts';
import { answerRpc } from '../rpc/answer-rpc.ts';
import { formatReply } from '../rpc/format-reply.ts';
import type { ServerCalls } from './ask-server.ts';
import { sealReply } from './seal-reply.ts';
import type { Trace } from './trace.ts';

export interface OnionContext extends NodeContext {
  readonly servers: ServerCalls;
  readonly trace: Trace | undefined;
}

export interface ArrivedLayer {
  readonly layer: IncomingLayer;
  /** Address that it came from. */
  readonly from: string;
  /** For whom it is counted. */
  readonly source: Source;
  readonly signal: Leaving;
  /** Count bytes that are held for it; false when there is no room. */
  hold(bytes: number): boolean;
}

type Opened = Exclude<PeeledLayer, { readonly outcome: 'invalid-ciphertext' | 'refused' }>;
type Opening<Outcome extends Opened['outcome']> = Extract<Opened, { readonly outcome: Outcome }>;

/**
 * Open a layer and do what it says: pass it on, ask a server, or answer (session-protocol §2). Errors on the
 * path go back in the clear; what is beyond them goes back as it came or sealed once more.
 */
export async function handleLayer(context: OnionContext, arrived: ArrivedLayer): Promise<HttpReply> {
  const { events, keys, now } = context;
  const peeled = keys.peel(arrived.layer);
  if (peeled.outcome === 'invalid-ciphertext' || peeled.outcome === 'refused') {
    events.count('layer-refused');
    if (peeled.outcome === 'refused') return bytesReply(200, peeled.reply);
    return textReply(400, ONION_TEXT.invalidCiphertext);
  }
  if (!isTimely(peeled, now())) {
    events.count('layer-out-of-time');
    return textReply(406, 'Timestamp error: check your clock');
  }
  const refusal = refuseKnown(context, peeled, arrived.source);
  if (refusal !== undefined) return refusal;
  // Before anything is done: a layer is acted upon once, whatever happens to this process.
  await context.openedLayers.written();
  events.count('layer-opened');
  switch (peeled.outcome) {
    case 'relay':
      return passOn(context, arrived, peeled);
    case 'server':
      return askServer(context, arrived, peeled);
    case 'destination':
      return answerHere(context, arrived, peeled);
  }
}

function refuseKnown(
  { openedLayers, events, now }: NodeContext,
  { replayTag }: Opened,
  source: Source,
): HttpReply | undefined {
  const remembered = openedLayers.remember(replayTag, source, now());
  if (remembered === 'new') return undefined;
  if (remembered === 'seen') {
    events.count('layer-replayed');
    return textReply(400, ONION_TEXT.invalidCiphertext);
  }
  events.count('overloaded');
  return textReply(503, 'Service node is not ready: too many requests');
}

async function passOn(
  { directory, links, keys, trace, now }: OnionContext,
  { from, signal, hold }: ArrivedLayer,
  { next, layer, wrap }: Opening<'relay'>,
): Promise<HttpReply> {
  const key = toHex(next);
  const node = key === toHex(keys.ed25519) ? undefined : directory.find(key);
  trace?.write({ at: now(), from, to: node?.ip ?? null, role: 'relay' });
  if (node === undefined) return textReply(502, `${ONION_TEXT.notFound}${key}`);
  const reply = await links.post(node, {
    path: LINK_PATH.onion,
    body: encodeLayerFrame([layer.ciphertext], formatOuterLayer(layer)),
    timeout: NEXT_HOP_TIMEOUT,
    maxReply: MAX_REPLY_BYTES,
    patience: HOP_PATIENCE,
    yields: true,
    signal,
    hold,
  });
  if (reply.outcome !== 'answered') return failedHop(reply, key);
  if (reply.status === 200) return bytesReply(200, wrap(reply.body));
  if (!PASSED_BACK.has(reply.status)) return textReply(500, ONION_TEXT.badReply);
  // Of the next hop when it gives no name: it refuses at its door, or has no time left.
  return asHop({ status: reply.status, type: 'text/plain', body: reply.body }, next);
}

/** What a hop may say of the path behind it. */
const PASSED_BACK: ReadonlySet<number> = new Set([
  ...[400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 421, 422, 425, 429],
  ...[500, 501, 502, 503, 504],
]);

/**
 * A node that cannot be connected to is named, so that the client drops it and no other; one that took the
 * request and was silent is not, since the silence may be of anybody behind it.
 */
function failedHop({ outcome }: Exclude<LinkReply, { readonly status: number }>, key: string): HttpReply {
  if (outcome === 'down') return textReply(502, `${ONION_TEXT.notFound}${key}`);
  if (outcome === 'busy') return textReply(503, 'Service node is not ready: too many requests');
  // Connected, and perhaps only slow: it must not cost the node its place.
  if (outcome === 'silent') return textReply(504, ONION_TEXT.timeout);
  if (outcome === 'too-large') return textReply(500, ONION_TEXT.badReply);
  return textReply(504, ONION_TEXT.timeout);
}

async function askServer(
  { directory, servers, trace, events, now }: OnionContext,
  { from, signal, hold }: ArrivedLayer,
  { protocol, host, port, target, forward, wrap }: Opening<'server'>,
): Promise<HttpReply> {
  events.count('server-asked');
  const reply = await servers.post({
    ...{ protocol, host, port, target, signal, hold, body: forward },
    subnets: directory.list.subnets,
    dialling: (address) => trace?.write({ at: now(), from, to: address ?? null, role: 'server' }),
  });
  return reply.status === 200 ? bytesReply(200, wrap(reply.body)) : reply;
}

async function answerHere(
  context: OnionContext,
  { from, source, signal }: ArrivedLayer,
  { rpc, seal }: Opening<'destination'>,
): Promise<HttpReply> {
  context.trace?.write({ at: context.now(), from, to: null, role: 'destination' });
  const caller = { forwarded: false, source, signal, batchBytes: MAX_ONION_BATCH_BYTES };
  const reply = await answerRpc(context, rpc, caller);
  return bytesReply(200, sealReply(seal, { status: reply.status, body: formatReply(reply) }));
}
