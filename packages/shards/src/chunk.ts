import { type Bytes, concatBytes, equalBytes, utf8 } from '@sotto/bytes';
import { blake2b, xchacha20Poly1305Open, xchacha20Poly1305Seal } from '@sotto/crypto';
import { messageHashInput } from '@sotto/protocol';
import { ShardsError } from './errors.ts';
import type { FileLayout } from './layout.ts';
import { HASH_BYTES } from './limits.ts';
import { placeOf } from './place.ts';

const LABEL = utf8('sotto file chunk v1');
const NONCE_BYTES = 24;

/** Which chunk of which file: what its encryption is bound to. */
export interface ChunkTerms {
  /** Of this file alone, 32 bytes: nonces are the chunks' numbers. */
  readonly key: Bytes;
  readonly layout: FileLayout;
  /** 0 to `layout.stored - 1`. */
  readonly chunk: number;
}

/** Encrypt one chunk, filled up with zeros. One file's key must never seal another content in the same place. */
export function sealChunk({ key, layout, chunk }: ChunkTerms, content: Bytes): Bytes {
  requireChunk(layout, chunk);
  if (content.length > layout.plainBytes) throw new ShardsError('bad-use', 'a chunk holds less');
  const plaintext = new Uint8Array(layout.plainBytes);
  plaintext.set(content);
  return xchacha20Poly1305Seal({ key, nonce: nonceOf(chunk), plaintext, ad: boundTo(layout) });
}

/** All that a chunk holds, padding included. Throws ShardsError `bad-chunk`. */
export function openSealed({ key, layout, chunk }: ChunkTerms, data: Bytes): Bytes {
  requireChunk(layout, chunk);
  const opened = xchacha20Poly1305Open({ key, nonce: nonceOf(chunk), ciphertext: data, ad: boundTo(layout) });
  if (opened?.length !== layout.plainBytes) throw new ShardsError('bad-chunk', 'not this chunk of this file');
  return opened;
}

/** How storage nodes name a chunk, 32 bytes: it fixes the mailbox, the place in it and every byte. */
export function chunkHash(mailbox: Bytes, chunk: number, data: Bytes): Bytes {
  return blake2b(HASH_BYTES, messageHashInput(mailbox, placeOf(chunk).namespace, data));
}

export function isChunk(hash: Bytes, mailbox: Bytes, chunk: number, data: Bytes): boolean {
  return equalBytes(hash, chunkHash(mailbox, chunk, data));
}

/** Where the true content of a chunk ends. */
export function contentLength({ size, plainBytes }: FileLayout, chunk: number): number {
  return Math.max(0, Math.min(plainBytes, size - chunk * plainBytes));
}

function nonceOf(chunk: number): Bytes {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setUint32(NONCE_BYTES - 4, chunk);
  return nonce;
}

function boundTo({ size, chunks }: FileLayout): Bytes {
  const numbers = new Uint8Array(8);
  const view = new DataView(numbers.buffer);
  view.setUint32(0, size);
  view.setUint32(4, chunks);
  return concatBytes(LABEL, numbers);
}

function requireChunk({ stored }: FileLayout, chunk: number): void {
  if (!Number.isInteger(chunk) || chunk < 0 || chunk >= stored) {
    throw new ShardsError('bad-use', 'there is no such chunk');
  }
}
