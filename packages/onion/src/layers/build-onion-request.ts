import type { Bytes } from '@sotto/bytes';
import { type X25519KeyPair, x25519KeyPair } from '@sotto/crypto';
import {
  encodeLayerFrame,
  encodeServerRequest,
  fillWithSpaces,
  formatInnerLayer,
  formatOuterLayer,
  LAST_HOP_JSON_BYTES,
  type LayerKeysJson,
  MAX_PATH_HOPS,
  paddedSize,
  SERVER_TARGET,
} from '@sotto/protocol';
import { OnionError } from '../errors.ts';
import type { BuiltOnionRequest, OnionDestination, OnionRequest } from '../types.ts';
import { LayerCipher } from './layer-cipher.ts';
import { openReply } from './open-reply.ts';

/** Nonce and ciphertext of what was sealed so far, and what its opener must be told. */
interface Sealed {
  readonly pieces: readonly Bytes[];
  readonly keys: LayerKeysJson;
  readonly cipher: LayerCipher;
}

interface Inmost extends Sealed {
  /** How long the JSON beside it is made, at least. */
  readonly jsonBytes: number;
}

const MINUTE = 60_000;

/**
 * A request in its layers, from the destination outwards, with a fresh key pair for each
 * (reference: session-protocol §2.1). Throws OnionError `bad-path` or `bad-key`.
 */
export function buildOnionRequest(request: OnionRequest): BuiltOnionRequest {
  const { path, destination } = request;
  if (path.length === 0 || path.length > MAX_PATH_HOPS) {
    throw new OnionError('bad-path', `a path has 1 to ${MAX_PATH_HOPS} hops`);
  }
  const minute = Math.floor(request.now / MINUTE);
  const inmost = sealForDestination(request, minute);
  const hops: LayerCipher[] = [];
  let outer: Sealed = inmost;
  for (let index = path.length - 1; index >= 0; index--) {
    const hop = path[index] as (typeof path)[number];
    const next = path[index + 1]?.ed25519;
    const json = next === undefined ? lastHopJson(request, minute, outer.keys) : relayJson(next, outer.keys);
    const jsonBytes = next === undefined ? inmost.jsonBytes : 0;
    outer = sealFor(request, hop.x25519, encodeLayerFrame(outer.pieces, json, jsonBytes));
    hops.unshift(outer.cipher);
  }
  const body = encodeLayerFrame(outer.pieces, formatOuterLayer({ ...outer.keys, hopNumber: 0 }));
  const keys = { hops, destination: inmost.cipher, kind: destination.kind, wrapped: request.wrap };
  return { body, open: (reply) => openReply(reply, keys) };

  function relayJson(next: Bytes, keys: LayerKeysJson): object {
    return formatInnerLayer({ kind: 'relay', minute, next, ...keys, wrap: request.wrap });
  }
}

/** The JSON for the last hop: to a node like to any other, to a server by its address. */
function lastHopJson({ destination, wrap }: OnionRequest, minute: number, keys: LayerKeysJson): object {
  if (destination.kind === 'node') {
    return formatInnerLayer({ kind: 'relay', minute, next: destination.hop.ed25519, ...keys, wrap });
  }
  const { protocol, host, port } = destination;
  const server = { kind: 'server', minute, protocol, host, port, target: SERVER_TARGET, wrap } as const;
  // The server reads its keys from the same JSON, in the form that a guard does.
  return { ...formatInnerLayer(server), ...formatOuterLayer({ ...keys, hopNumber: 0 }) };
}

/** What a node reads beside its text, a server does not: the last hop's JSON is so much shorter for a node. */
function sealForDestination(request: OnionRequest, minute: number): Inmost {
  const { destination, pad } = request;
  const { plaintext, besideText } = plaintextOf(destination, minute, pad);
  const jsonBytes = pad ? LAST_HOP_JSON_BYTES - besideText : 0;
  return { ...sealFor(request, recipientOf(destination), plaintext), jsonBytes };
}

function recipientOf(destination: OnionDestination): Bytes {
  return destination.kind === 'node' ? destination.hop.x25519 : destination.x25519;
}

function plaintextOf(destination: OnionDestination, minute: number, pad: boolean) {
  if (destination.kind === 'server') {
    return { plaintext: encodeServerRequest(destination.request, { minute, pad }), besideText: 0 };
  }
  const { rpc } = destination;
  const text = pad ? fillWithSpaces(rpc, paddedSize(rpc.length)) : rpc;
  const layer = { kind: 'destination', minute, json: false, base64: false, pad } as const;
  const plaintext = encodeLayerFrame([text], formatInnerLayer(layer));
  return { plaintext, besideText: plaintext.length - text.length };
}

function sealFor({ encryption, random }: OnionRequest, recipient: Bytes, plaintext: Bytes): Sealed {
  const ephemeral: X25519KeyPair = x25519KeyPair(random(32));
  const cipher = LayerCipher.toRecipient(encryption, ephemeral, recipient);
  if (cipher === undefined) throw new OnionError('bad-key', 'nothing can be encrypted to this X25519 key');
  const keys = { ephemeralKey: ephemeral.publicKey, encryption };
  return { pieces: cipher.sealInPieces(plaintext, random), keys, cipher };
}
