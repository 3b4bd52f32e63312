import { asBytes, type Bytes, BytesError, fromBase64, fromUtf8 } from '@sotto/bytes';
import { decodeNodeReply, decodeServerReply, MAX_REPLY_BYTES, ProtocolError } from '@sotto/protocol';
import type { OnionDestination, OpenedReply } from '../types.ts';
import type { LayerCipher } from './layer-cipher.ts';

/** What a request's maker keeps to read the answer. */
export interface ReplyKeys {
  /** The guard's first. */
  readonly hops: readonly LayerCipher[];
  readonly destination: LayerCipher;
  readonly kind: OnionDestination['kind'];
  /** Hops were asked to seal the answer once more; those of other makes do not. */
  readonly wrapped: boolean;
}

/**
 * Read what came back with HTTP 200: take off what hops have sealed, then open what the destination has
 * (reference: session-protocol §2.4). Only the destination's own key makes an answer `opened`; a hop can
 * say no more than that it refuses.
 */
export function openReply(reply: Uint8Array, keys: ReplyKeys): OpenedReply {
  if (reply.length > MAX_REPLY_BYTES) return { outcome: 'unreadable' };
  const inner = keys.wrapped ? unwrap(asBytes(reply), keys.hops) : asBytes(reply);
  const raw = keys.destination.open(inner);
  if (raw !== undefined) return readReply(raw, keys.kind);
  const decoded = decodeBase64(inner);
  if (decoded === undefined) return { outcome: 'unreadable' };
  const text = keys.destination.open(decoded);
  if (text !== undefined) return readReply(text, keys.kind);
  return readRefusal(decoded, keys.hops);
}

/** From the guard inwards; a hop whose seal is not there has not wrapped. */
function unwrap(reply: Bytes, hops: readonly LayerCipher[]): Bytes {
  let inner = reply;
  for (const hop of hops) inner = hop.open(inner) ?? inner;
  return inner;
}

function readReply(plaintext: Bytes, kind: ReplyKeys['kind']): OpenedReply {
  return orUnreadable(() => {
    if (kind === 'server') return { outcome: 'opened', ...decodeServerReply(plaintext) };
    return { outcome: 'opened', headers: {}, ...decodeNodeReply(plaintext) };
  });
}

function readRefusal(sealed: Bytes, hops: readonly LayerCipher[]): OpenedReply {
  for (const [hop, cipher] of hops.entries()) {
    const plaintext = cipher.open(sealed);
    if (plaintext === undefined) continue;
    return orUnreadable(() => ({ outcome: 'refused', hop, ...decodeNodeReply(plaintext) }));
  }
  return { outcome: 'unreadable' };
}

function orUnreadable(read: () => OpenedReply): OpenedReply {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return { outcome: 'unreadable' };
    throw error;
  }
}

function decodeBase64(bytes: Bytes): Bytes | undefined {
  try {
    return fromBase64(fromUtf8(bytes));
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
