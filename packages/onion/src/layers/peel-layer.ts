import { type Bytes, toBase64, utf8 } from '@sotto/bytes';
import type { X25519KeyPair } from '@sotto/crypto';
import {
  decodeLayerFrame,
  encodeNodeReply,
  fillWithSpaces,
  type InnerLayer,
  type LayerFrame,
  type NodeReply,
  ONION_TEXT,
  ProtocolError,
  paddedSize,
  parseInnerLayer,
} from '@sotto/protocol';
import type { IncomingLayer, PeeledLayer } from '../types.ts';
import { LayerCipher } from './layer-cipher.ts';

type Random = (length: number) => Bytes;

/**
 * Open one layer with a node's X25519 pair and say what is to be done (reference: session-protocol §2.1,
 * docs/spec/onion.md). Learns the next hop or the request, never both ends. Age and replay are the
 * caller's to judge, before it acts. Never throws for anything that others sent.
 */
export function peelLayer(layer: IncomingLayer, keys: X25519KeyPair, random: Random): PeeledLayer {
  const cipher = LayerCipher.fromMaker(layer.encryption, layer.ephemeralKey, keys);
  const plaintext = cipher?.open(layer.ciphertext);
  if (cipher === undefined || plaintext === undefined) return { outcome: 'invalid-ciphertext' };
  try {
    const { blob, json } = decodeInner(plaintext);
    const inner = parseInnerLayer(json);
    const minute = inner.minute === undefined ? {} : { minute: inner.minute };
    const common = { ...minute, replayTag: cipher.replayTag() };
    const wrap = wrapWith(cipher, inner, random);
    switch (inner.kind) {
      case 'destination':
        return { outcome: 'destination', ...common, rpc: blob, seal: sealWith(cipher, inner, random) };
      case 'server': {
        const { protocol, host, port, target } = inner;
        return { outcome: 'server', ...common, protocol, host, port, target, forward: plaintext, wrap };
      }
      case 'relay': {
        const { next, ephemeralKey, encryption } = inner;
        const onward = { ephemeralKey, encryption, ciphertext: blob, hopNumber: layer.hopNumber + 1 };
        return { outcome: 'relay', ...common, next, layer: onward, wrap };
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { outcome: 'refused', reply: sealRefusal(cipher, error.message, random) };
  }
}

/** Whatever is wrong with the frame has one text. */
function decodeInner(plaintext: Bytes): LayerFrame {
  try {
    return decodeLayerFrame(plaintext);
  } catch (error) {
    if (error instanceof ProtocolError) throw new ProtocolError('bad-json', ONION_TEXT.invalidJson);
    throw error;
  }
}

type Destination = Extract<InnerLayer, { readonly kind: 'destination' }>;

function sealWith(cipher: LayerCipher, { json, base64, pad }: Destination, random: Random) {
  return (reply: NodeReply): Bytes => {
    const text = encodeNodeReply(reply, json);
    const sealed = cipher.seal(pad ? fillWithSpaces(text, paddedSize(text.length)) : text, random);
    return base64 ? utf8(toBase64(sealed)) : sealed;
  };
}

function wrapWith(cipher: LayerCipher, inner: InnerLayer, random: Random): (reply: Bytes) => Bytes {
  const wanted = inner.kind !== 'destination' && inner.wrap;
  return (reply) => (wanted ? cipher.seal(reply, random) : reply);
}

/** As the original network has it: under this layer's key, in base64, without a word on where. */
function sealRefusal(cipher: LayerCipher, text: string, random: Random): Bytes {
  const reply = encodeNodeReply({ status: 400, body: utf8(text) }, false);
  return utf8(toBase64(cipher.seal(reply, random)));
}
