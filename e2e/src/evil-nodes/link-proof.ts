import type { TLSSocket } from 'node:tls';
import { asBytes, type Bytes, concatBytes, toHex, utf8 } from '@sotto/bytes';
import { ed25519Sign } from '@sotto/crypto';
import type { NodeKeys } from '@sotto/onion';

/**
 * What an end of a link between storage nodes shows of itself (packages/storage-node/src/link/proof.ts), made by
 * whoever owns a node's key. Of the other end nothing is asked: a liar need not care.
 */
export function proofOf(
  socket: TLSSocket,
  keys: NodeKeys,
  role: 'dial' | 'accept',
  peer: Uint8Array,
): Buffer {
  const exported = asBytes(socket.exportKeyingMaterial(32, 'EXPORTER-sotto-node-link-v1', Buffer.alloc(0)));
  const text = concatBytes(
    utf8('sotto node link v1'),
    utf8(role),
    exported,
    keys.ed25519.publicKey,
    asBytes(peer),
  );
  const signature: Bytes = ed25519Sign(keys.ed25519.secretKey, text);
  return Buffer.from(JSON.stringify({ key: toHex(keys.ed25519.publicKey), signature: toHex(signature) }));
}
