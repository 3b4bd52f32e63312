import type { Bytes } from '@sotto/bytes';
import type { X25519KeyPair } from '@sotto/crypto';
import { decodeServerRequest, encodeServerReply, ProtocolError, type ServerReply } from '@sotto/protocol';
import { OnionError } from '../errors.ts';
import type { IncomingLayer, OpenedServerRequest } from '../types.ts';
import { LayerCipher } from './layer-cipher.ts';
import { readClientRequest } from './read-client-request.ts';

type Random = (length: number) => Bytes;

const BAD_REQUEST: ServerReply = { status: 400, headers: {}, body: new Uint8Array(0) };

/**
 * What a server was posted by the last hop, opened with its X25519 pair (reference: session-protocol
 * §2.5). Minute and padding count as the sealed part says them: what stands in the frame's JSON the last
 * hop could have written. Age and replay are the caller's to judge. Never throws for what others sent.
 */
export function openServerRequest(
  body: Uint8Array,
  keys: X25519KeyPair,
  random: Random,
): OpenedServerRequest {
  const layer = readFrame(body);
  const cipher = layer && LayerCipher.fromMaker(layer.encryption, layer.ephemeralKey, keys);
  const plaintext = layer && cipher?.open(layer.ciphertext);
  if (cipher === undefined || plaintext === undefined) return { outcome: 'invalid-ciphertext' };
  try {
    const { request, terms } = decodeServerRequest(plaintext);
    const minute = terms.minute === undefined ? {} : { minute: terms.minute };
    const seal = (reply: ServerReply) => cipher.seal(encodeServerReply(reply, terms.pad), random);
    return { outcome: 'request', request, ...minute, replayTag: cipher.replayTag(), seal };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { outcome: 'refused', reply: cipher.seal(encodeServerReply(BAD_REQUEST, false), random) };
  }
}

function readFrame(body: Uint8Array): IncomingLayer | undefined {
  try {
    return readClientRequest(body);
  } catch (error) {
    if (error instanceof OnionError) return undefined;
    throw error;
  }
}
