import {
  type BencodedValue,
  type Bytes,
  decodeBencoded,
  encodeBencoded,
  fromUtf8,
  toHex,
} from '@sotto/bytes';
import type { IncomingLayer } from '@sotto/onion';
import { ProtocolError, parseOuterLayer } from '@sotto/protocol';

const LIMITS = { depth: 2, values: 50 };

/** A layer for the next hop as original nodes pass it on (session-protocol §2.3). */
export function encodeOnionDict({ ciphertext, encryption, ephemeralKey, hopNumber }: IncomingLayer): Bytes {
  return encodeBencoded({
    data: ciphertext,
    enc_type: encryption,
    ephemeral_key: ephemeralKey,
    hop_no: hopNumber,
  });
}

/**
 * What another node passes on. Its `hop_no` is 1 at least. Throws BytesError or ProtocolError; unknown members are
 * ignored.
 */
export function decodeOnionDict(bytes: Uint8Array): IncomingLayer {
  const dict = decodeBencoded(bytes, LIMITS);
  const [data, type, key, hop = 1] = ['data', 'enc_type', 'ephemeral_key', 'hop_no'].map((name) =>
    dict instanceof Map ? (dict.get(name) as BencodedValue | undefined) : undefined,
  );
  if (!(data instanceof Uint8Array) || !(key instanceof Uint8Array)) {
    throw new ProtocolError('bad-body', 'data or ephemeral key not found');
  }
  const outer = parseOuterLayer({
    ephemeral_key: toHex(key),
    ...(type instanceof Uint8Array ? { enc_type: fromUtf8(type) } : {}),
    hop_no: Number(hop),
  });
  return { ...outer, hopNumber: Math.max(1, outer.hopNumber), ciphertext: data };
}
