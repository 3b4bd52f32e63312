import { type Bytes, BytesError, utf8 } from '@sotto/bytes';
import { clientAt, FairShare, TokenBuckets } from '@sotto/limits';
import { type Handler, MAX_PART_BYTES, type Peer } from '@sotto/oxenmq';
import { formatRpc, MAX_REQUEST_BYTES, ProtocolError, parseJson, STORAGE_STATUS } from '@sotto/protocol';
import { MAX_OMQ_UNDER_WAY, MAX_ONION_BATCH_BYTES, RATE_LIMIT } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { answerRpc } from '../rpc/answer-rpc.ts';
import { formatReply } from '../rpc/format-reply.ts';
import type { RpcReply } from '../rpc/rpc-reply.ts';
import { type JsonObject, readBtParams, writeBtReply } from './bt-rpc.ts';

const DICT = 0x64;

/** How the parts of a request are written, and so those of its answer. */
export type RpcForm = 'json' | 'bt';

export function formOf(params: Bytes | undefined): RpcForm {
  return params?.[0] === DICT ? 'bt' : 'json';
}

/** The text of a request, as `answerRpc` takes it, from its method and its `params` in either form. Throws BytesError or ProtocolError. */
export function readRpc(method: string, params: Bytes | undefined): Bytes {
  if (params === undefined || params.length === 0) return formatRpc(method, {});
  if (formOf(params) === 'bt') return formatRpc(method, readBtParams(params));
  const json = parseJson(params, MAX_REQUEST_BYTES);
  if (typeof json !== 'object' || json === null) throw new ProtocolError('bad-json', 'invalid json');
  return formatRpc(method, json as JsonObject);
}

/** A success is one part, everything else its status and its words (session-protocol §3.1). */
export function packReply(reply: RpcReply, form: RpcForm): readonly Uint8Array[] {
  const { status, body } = reply;
  const packed = form === 'bt' && typeof body !== 'string' ? writeBtReply(body) : formatReply(reply);
  // A longer one would end the connection, and with it all that others wait for.
  if (packed.length > MAX_PART_BYTES) return refusal(500, 'the answer is too long');
  return status === STORAGE_STATUS.ok ? [packed] : [utf8(String(status)), packed];
}

export function refusal(status: number, text: string): readonly Uint8Array[] {
  return [utf8(String(status)), utf8(text)];
}

/** `storage.<method>`: what clients ask at `/storage_rpc/v1`, over a connection that stays. */
export class ClientRequests {
  readonly #context: NodeContext;
  readonly #limited = new TokenBuckets(RATE_LIMIT);
  readonly #places = new FairShare(MAX_OMQ_UNDER_WAY);

  constructor(context: NodeContext) {
    this.#context = context;
  }

  find(method: string): Handler {
    return async (parts, peer) => this.limited(peer, () => this.#answer(method, parts, peer));
  }

  /** Do it for this client, unless it asks too often or all ask too much. */
  async limited(peer: Peer, answer: () => Promise<readonly Uint8Array[]>): Promise<readonly Uint8Array[]> {
    const { events, now } = this.#context;
    if (this.#limited.take(peer.address, now()).outcome === 'empty') {
      events.count('rate-limited');
      return refusal(429, 'Too many requests, try again later');
    }
    const leave = this.#places.enter(clientAt(peer.address));
    if (leave === undefined) {
      events.count('overloaded');
      return refusal(503, 'Service node is not ready: too much to do');
    }
    try {
      return await answer();
    } finally {
      leave();
    }
  }

  forgetAddresses(): void {
    this.#limited.forgetFull(this.#context.now());
  }

  async #answer(method: string, parts: readonly Bytes[], peer: Peer): Promise<readonly Uint8Array[]> {
    if (parts.length > 1) {
      return refusal(400, `Invalid request: expected 1 message parts, received ${parts.length}`);
    }
    if (this.#context.directory.self === undefined && method !== 'sotto_directory') {
      return refusal(503, 'Service node is not ready: not in the directory');
    }
    const text = understand(method, parts[0]);
    if (text === undefined) return refusal(400, 'invalid body: expected json or bt_dict');
    const reply = await answerRpc(this.#context, text, {
      forwarded: false,
      source: clientAt(peer.address),
      signal: peer.closed,
      batchBytes: MAX_ONION_BATCH_BYTES,
    });
    return packReply(reply, formOf(parts[0]));
  }
}

export function understand(method: string, params: Bytes | undefined): Bytes | undefined {
  try {
    return readRpc(method, params);
  } catch (error) {
    if (error instanceof BytesError || error instanceof ProtocolError) return undefined;
    throw error;
  }
}
