import { asBytes, type Bytes, BytesError, fromUtf8, utf8 } from '@sotto/bytes';
import { abortSignalOf } from '@sotto/frames';
import { readClientRequest } from '@sotto/onion';
import type { Answer, Conversation } from '@sotto/oxenmq';
import { formatJson, ONION_TEXT, parseJson } from '@sotto/protocol';
import type { LinkReply, LinkRequest } from '../link/exchange.ts';
import { LINK_PATH } from '../link/paths.ts';
import { type JsonObject, readBtReply, writeBtParams } from './bt-rpc.ts';
import { encodeOnionDict } from './onion-dict.ts';

/** What a status and the name of a refused command add to an answer, at most. */
export const MARGIN = 1024;

/** Ask an original node what is asked of ours over a link. Never rejects. */
export async function askOriginal(conversation: Conversation, request: LinkRequest): Promise<LinkReply> {
  const { timeout, maxReply, signal } = request;
  const options = {
    timeout,
    maxReply: maxReply + MARGIN,
    ...(signal === undefined ? {} : { signal: abortSignalOf(signal) }),
  };
  if (request.path === LINK_PATH.onion) {
    const dict = encodeOnionDict(readClientRequest(request.body));
    return held(request, ofOnion(await conversation.ask('sn.onion_request', [dict], options)));
  }
  if (request.path === LINK_PATH.storage) {
    const { method, params } = parseJson(request.body) as { method: string; params: JsonObject };
    const parts = [utf8(method), writeBtParams(params)];
    return held(request, ofStorage(await conversation.ask('sn.storage_cc', parts, options)));
  }
  // It has nothing else that a node of ours asks for.
  return { outcome: 'down' };
}

function held(request: LinkRequest, reply: LinkReply): LinkReply {
  if (reply.outcome !== 'answered') return reply;
  if (reply.body.length > request.maxReply) return { outcome: 'too-large' };
  return request.hold?.(reply.body.length) === false ? { outcome: 'busy' } : reply;
}

function failed(answer: Exclude<Answer, { readonly outcome: 'answered' }>): LinkReply {
  // It does not take this node for one of its network, or is none itself: as good as absent.
  return { outcome: answer.outcome === 'refused' ? 'down' : answer.outcome };
}

/** Status and body; more parts are for later versions. */
function ofOnion(answer: Answer): LinkReply {
  if (answer.outcome !== 'answered') return failed(answer);
  const [status, body] = answer.data;
  if (status === undefined || body === undefined) return told(500, utf8(ONION_TEXT.badReply));
  return told(statusOf(status), body);
}

/** What it did, or its status and reason. */
function ofStorage(answer: Answer): LinkReply {
  if (answer.outcome !== 'answered') return failed(answer);
  const [first, reason] = answer.data;
  if (first === undefined) return told(500, utf8('no answer'));
  if (reason !== undefined) return told(statusOf(first), reason);
  try {
    return told(200, formatJson(readBtReply(first)));
  } catch (error) {
    // What it said is no entry, and is handed on for its reader to say so.
    if (error instanceof BytesError) return told(200, utf8('null'));
    throw error;
  }
}

function told(status: number, body: Uint8Array): LinkReply {
  return { outcome: 'answered', status, body: asBytes(body) };
}

function statusOf(text: Bytes): number {
  try {
    const digits = fromUtf8(text);
    return /^[1-5]\d\d$/.test(digits) ? Number(digits) : 500;
  } catch (error) {
    if (error instanceof BytesError) return 500;
    throw error;
  }
}
