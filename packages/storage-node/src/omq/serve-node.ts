import { type Bytes, BytesError, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { ByteBudget, type Source } from '@sotto/limits';
import type { IncomingLayer } from '@sotto/onion';
import { type Handler, MAX_PART_BYTES, type Peer } from '@sotto/oxenmq';
import { MAX_HOP_NUMBER, ONION_TEXT, ProtocolError } from '@sotto/protocol';
import { NODE_WEIGHT, OMQ_BYTES_IN_FLIGHT } from '../constants.ts';
import { asHop } from '../hop-refusal.ts';
import { handleLayer, type OnionContext } from '../onion/handle-layer.ts';
import { answerRpc } from '../rpc/answer-rpc.ts';
import { decodeOnionDict } from './onion-dict.ts';
import { formOf, packReply, refusal, understand } from './serve-client.ts';
import { takeBatch } from './take-batch.ts';

const NOT_LISTED = 'Service node is not ready: not in the directory';

/** What nodes of the original network ask each other (session-protocol §2.3, §3.2, §4.3, §4.4); only they are answered. */
export function nodeCommands(context: OnionContext): ReadonlyMap<string, Handler> {
  const { total, ofNode } = OMQ_BYTES_IN_FLIGHT;
  const budget = new ByteBudget({ total, ofStrangers: 0, ofOne: 0, ofTrusted: ofNode });
  return new Map<string, Handler>([
    ['ping', () => Promise.resolve([utf8('pong')])],
    ['onion_request', (parts, peer) => openLayer(context, budget, parts, peer)],
    ['storage_cc', (parts, peer) => doForMember(context, parts, peer)],
    ['data', (parts) => takePushed(context, parts)],
    ['storage_test', (parts) => Promise.resolve(answerTest(parts))],
  ]);
}

async function openLayer(
  context: OnionContext,
  budget: ByteBudget,
  parts: readonly Bytes[],
  peer: Peer,
): Promise<readonly Uint8Array[]> {
  const layer = readLayer(parts);
  if (typeof layer === 'string') return refusal(400, `Invalid internal onion request: ${layer}`);
  if (layer.hopNumber > MAX_HOP_NUMBER) return refusal(400, ONION_TEXT.tooLong);
  const { ed25519 } = context.keys;
  if (context.directory.self === undefined) return refusal(503, `${ONION_TEXT.hopNotReady}${toHex(ed25519)}`);
  const { address: from, closed: signal } = peer;
  const source = sourceOf(context, peer);
  const share = budget.openTrusted(source.name);
  try {
    const reply = await handleLayer(context, { layer, from, source, signal, hold: share.take });
    const { status, body } = asHop(reply, ed25519);
    // A longer one would end this connection, for all who are answered over it.
    if (body.length > MAX_PART_BYTES) return refusal(500, ONION_TEXT.badReply);
    return [utf8(String(status)), body];
  } finally {
    share.release();
  }
}

function readLayer(parts: readonly Bytes[]): IncomingLayer | string {
  const [dict] = parts;
  if (dict === undefined || parts.length !== 1) return `expected 1 part, got ${parts.length}`;
  try {
    return decodeOnionDict(dict);
  } catch (error) {
    if (error instanceof BytesError || error instanceof ProtocolError) return error.message;
    throw error;
  }
}

/** A client's request that another member of the swarm has passed on; its signature is verified here once more. */
async function doForMember(
  context: OnionContext,
  parts: readonly Bytes[],
  peer: Peer,
): Promise<readonly Uint8Array[] | undefined> {
  const [name, params] = parts;
  // As original nodes do: who sends less is not answered.
  if (name === undefined || params === undefined) return undefined;
  if (parts.length !== 2)
    return refusal(400, `Invalid request: expected 2 message parts, received ${parts.length}`);
  if (context.directory.self === undefined) return refusal(503, NOT_LISTED);
  const text = understand(methodOf(name), params);
  if (text === undefined) return refusal(400, 'invalid body: expected json or bt_dict');
  const source = sourceOf(context, peer);
  const reply = await answerRpc(context, text, { forwarded: true, source, signal: peer.closed });
  return packReply(reply, formOf(params));
}

function methodOf(name: Bytes): string {
  try {
    return fromUtf8(name);
  } catch (error) {
    if (error instanceof BytesError) return '';
    throw error;
  }
}

/** Answered in any case: who pushes does not look at the answer. */
async function takePushed(context: OnionContext, parts: readonly Bytes[]): Promise<readonly Uint8Array[]> {
  const [body] = parts;
  if (body === undefined || context.directory.self === undefined) return [];
  try {
    await takeBatch(context, body);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    context.events.count('omq-noise');
  }
  return [];
}

/**
 * Tests of what a node keeps go by the hashes of a chain's blocks, which there are none of here. Original nodes do not
 * begin them either; they are answered as by a node that knows no such block.
 */
function answerTest([height, hash]: readonly Bytes[]): readonly Uint8Array[] {
  if (height === undefined || hash === undefined) return [utf8('invalid parameters')];
  if (!/^0*[1-9]\d{0,18}$/.test(Buffer.from(height).toString('latin1'))) return [utf8('invalid height')];
  if (hash.length !== 64 && hash.length !== 32) return [utf8('invalid msg hash')];
  return [utf8('other')];
}

/** Whom it is counted for when a node passes on what others ask. */
function sourceOf({ directory }: OnionContext, { key }: Peer): Source {
  const node = directory.findByX25519(toHex(key));
  return { name: node === undefined ? toHex(key) : toHex(node.ed25519), weight: NODE_WEIGHT };
}
