import type { Bytes } from '@sotto/bytes';
import { engine } from '#engine';
import { requireLength } from './errors.ts';

/** The 16-byte tag stands at the end of a ciphertext. */
const TAG = 16;
const EMPTY = new Uint8Array(0);

export interface SealRequest {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Never twice under one key: 24 bytes for XChaCha20, 12 for AES-GCM. */
  readonly nonce: Uint8Array;
  readonly plaintext: Uint8Array;
  /** Authenticated, not encrypted. */
  readonly ad?: Uint8Array;
}

export interface OpenRequest {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  /** Ciphertext with its tag. */
  readonly ciphertext: Uint8Array;
  readonly ad?: Uint8Array;
}

/** XChaCha20-Poly1305 with a 24-byte nonce, long enough to be random (draft-irtf-cfrg-xchacha). */
export function xchacha20Poly1305Seal({ key, nonce, plaintext, ad = EMPTY }: SealRequest): Bytes {
  requireLength(key, 32, 'an XChaCha20-Poly1305 key');
  requireLength(nonce, 24, 'an XChaCha20-Poly1305 nonce');
  return engine.xchacha20Poly1305Seal(key, nonce, plaintext, ad);
}

/** The plaintext, or `undefined` for anything not sealed with these very arguments. */
export function xchacha20Poly1305Open({
  key,
  nonce,
  ciphertext,
  ad = EMPTY,
}: OpenRequest): Bytes | undefined {
  requireLength(key, 32, 'an XChaCha20-Poly1305 key');
  requireLength(nonce, 24, 'an XChaCha20-Poly1305 nonce');
  if (ciphertext.length < TAG) return undefined;
  return engine.xchacha20Poly1305Open(key, nonce, ciphertext, ad);
}

/** AES-256-GCM with a 12-byte nonce (NIST SP 800-38D), for what Signal's protocol asks of it. */
export function aes256GcmSeal({ key, nonce, plaintext, ad = EMPTY }: SealRequest): Bytes {
  requireLength(key, 32, 'an AES-256 key');
  requireLength(nonce, 12, 'an AES-GCM nonce');
  return engine.aes256GcmSeal(key, nonce, plaintext, ad);
}

/** The plaintext, or `undefined` for anything not sealed with these very arguments. */
export function aes256GcmOpen({ key, nonce, ciphertext, ad = EMPTY }: OpenRequest): Bytes | undefined {
  requireLength(key, 32, 'an AES-256 key');
  requireLength(nonce, 12, 'an AES-GCM nonce');
  if (ciphertext.length < TAG) return undefined;
  return engine.aes256GcmOpen(key, nonce, ciphertext, ad);
}
