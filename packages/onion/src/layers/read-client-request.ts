import { decodeLayerFrame, ONION_TEXT, ProtocolError, parseOuterLayer } from '@sotto/protocol';
import { OnionError } from '../errors.ts';
import type { IncomingLayer } from '../types.ts';

/**
 * What a client posted to the guard, before anything is decrypted (reference: session-protocol §2.1).
 * Throws OnionError `bad-request`, whose message is the body of the HTTP 400.
 */
export function readClientRequest(body: Uint8Array): IncomingLayer {
  try {
    const { blob, json } = decodeLayerFrame(body);
    const outer = parseOuterLayer(json);
    return { ...outer, ciphertext: blob };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const named = error.message.startsWith(ONION_TEXT.cannotParse);
    throw new OnionError('bad-request', named ? error.message : `${ONION_TEXT.cannotParse}${error.message}`);
  }
}
