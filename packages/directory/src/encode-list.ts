import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { parseIpv4 } from './address.ts';
import { checkList, checkSignedList } from './check-list.ts';
import { HEAD_BYTES, NODE_BYTES } from './limits.ts';
import type { DirectoryNode, NodeList, SignedList } from './types.ts';

/** The only form so far; a reader refuses any other. */
export const FORM = 1;

/** Keeps a signature of a list from meaning anything else. */
const SIGNED_LABEL = utf8('sotto directory v1\0');

/** The one binary form of a signed list (docs/spec/directory.md §2). Throws DirectoryError `bad-list`. */
export function encodeSignedList(signed: SignedList): Bytes {
  checkSignedList(signed);
  const { list, signatures } = signed;
  const parts = signatures.flatMap(({ signer, signature }) => [signer, signature]);
  return concatBytes(encodeList(list), Uint8Array.of(signatures.length), ...parts);
}

/** What signers sign. Throws DirectoryError `bad-list`. */
export function signedBytes(list: NodeList): Bytes {
  checkList(list);
  return concatBytes(SIGNED_LABEL, encodeList(list));
}

/** Names a list whoever signed it: two lists are the same when this is. 32 bytes. Throws DirectoryError `bad-list`. */
export function hashOfList(list: NodeList): Bytes {
  const before = hashes.get(list);
  if (before !== undefined) return before;
  const hash = sha256(signedBytes(list));
  hashes.set(list, hash);
  return hash;
}

/** A list is never changed in place. */
const hashes = new WeakMap<NodeList, Bytes>();

/** Two lists are the same when these bytes are. The list must have been checked. */
export function encodeList(list: NodeList): Bytes {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setUint8(0, FORM);
  head.setUint8(1, list.subnets === 'ignore' ? 1 : 0);
  head.setBigUint64(2, BigInt(list.sequence));
  head.setBigUint64(10, BigInt(list.issuedAt));
  head.setUint8(18, list.threshold);
  head.setUint8(19, list.signers.length);
  const count = Uint8Array.of(list.nodes.length >> 8, list.nodes.length & 255);
  return concatBytes(new Uint8Array(head.buffer), ...list.signers, count, ...list.nodes.map(encodeNode));
}

function encodeNode(node: DirectoryNode): Bytes {
  const bytes = new Uint8Array(NODE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(node.ed25519, 0);
  bytes.set(node.x25519, 32);
  view.setUint32(64, parseIpv4(node.ip) ?? 0);
  view.setUint16(68, node.httpsPort);
  view.setUint16(70, node.omqPort);
  view.setBigUint64(72, node.swarm);
  return bytes;
}
