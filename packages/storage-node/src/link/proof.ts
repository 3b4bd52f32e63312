import type { TLSSocket } from 'node:tls';
import { asBytes, type Bytes, concatBytes, fromHex, toHex, utf8 } from '@sotto/bytes';
import { ed25519Verify } from '@sotto/crypto';
import type { NodeKeys } from '../data/node-keys.ts';

/**
 * Who is at the other end of a link. Each side signs what only the two ends of this one TLS connection
 * know (keying material exporter, RFC 8446 §7.5), the part it plays and both keys: somebody who sits in
 * between has two connections and so two exports, and a proof cannot be used a second time, by the other
 * side, or towards another node.
 */
const EXPORTER_LABEL = 'EXPORTER-sotto-node-link-v1';
const EXPORT_BYTES = 32;
const SIGNED_LABEL = utf8('sotto node link v1');

export type LinkRole = 'dial' | 'accept';

export interface LinkProof {
  /** Ed25519, 32 bytes. */
  readonly key: Bytes;
  /** 64 bytes. */
  readonly signature: Bytes;
}

/**
 * What the proofs of both ends are about. Taken once, while the connection is surely there; `undefined` when it
 * is gone already or is no TLS 1.3. Older versions export what a renegotiation or a missing extension can make
 * equal on two connections.
 */
export function exportSecret(socket: TLSSocket): Bytes | undefined {
  try {
    if (socket.getProtocol() !== 'TLSv1.3') return undefined;
    return asBytes(socket.exportKeyingMaterial(EXPORT_BYTES, EXPORTER_LABEL, Buffer.alloc(0)));
  } catch {
    // Whatever is asked of a socket that has ended, it throws.
    return undefined;
  }
}

/** Sign for one's own end. `peer` is the key that is expected at the other one. */
export function proveLink(exported: Bytes, keys: NodeKeys, role: LinkRole, peer: Bytes): LinkProof {
  return { key: keys.ed25519, signature: keys.sign(signedText(exported, role, keys.ed25519, peer)) };
}

/** Whether `proof` was made by the other end of this connection, in that role, for the node `own`. */
export function verifyLink(exported: Bytes, proof: LinkProof, role: LinkRole, own: Bytes): boolean {
  return ed25519Verify(proof.key, signedText(exported, role, proof.key, own), proof.signature);
}

function signedText(exported: Bytes, role: LinkRole, from: Bytes, to: Bytes): Bytes {
  return concatBytes(SIGNED_LABEL, utf8(role), exported, from, to);
}

export function formatProof({ key, signature }: LinkProof): Buffer {
  return Buffer.from(JSON.stringify({ key: toHex(key), signature: toHex(signature) }));
}

const LONGEST_PROOF = 1024;

/** `undefined` for anything that is no proof. */
export function parseProof(body: Uint8Array): LinkProof | undefined {
  if (body.length > LONGEST_PROOF) return undefined;
  try {
    const { key, signature } = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>;
    if (typeof key !== 'string' || key.length !== 64) return undefined;
    if (typeof signature !== 'string' || signature.length !== 128) return undefined;
    return { key: fromHex(key), signature: fromHex(signature) };
  } catch {
    return undefined;
  }
}
