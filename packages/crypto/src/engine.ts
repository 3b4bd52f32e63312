import type { Bytes } from '@sotto/bytes';

/**
 * What an engine supplies. Lengths are checked before an engine is called, so engines only
 * translate. All are synchronous; `undefined` means that the other side's bytes are bad.
 *
 * The package's `imports` choose the engine under the name `#engine`: node:crypto with
 * sodium-native on Node, libsodium as WebAssembly with @noble elsewhere.
 */
export interface CryptoEngine {
  sha256(message: Uint8Array): Bytes;
  sha512(message: Uint8Array): Bytes;
  hmacSha256(key: Uint8Array, message: Uint8Array): Bytes;
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Bytes;
  /** `length` 16..64; `key` empty or 16..64 bytes. */
  blake2b(length: number, message: Uint8Array, key: Uint8Array): Bytes;
  ed25519KeyPair(seed: Uint8Array): { readonly publicKey: Bytes; readonly secretKey: Bytes };
  ed25519Sign(secretKey: Uint8Array, message: Uint8Array): Bytes;
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  ed25519PublicToX25519(publicKey: Uint8Array): Bytes | undefined;
  /** A 64-byte number modulo the order of the group; little endian like all scalars. */
  ed25519ScalarReduce(number: Uint8Array): Bytes;
  /** Both reduced. */
  ed25519ScalarAdd(left: Uint8Array, right: Uint8Array): Bytes;
  /** Both reduced; the time may depend on `known`, never on `secret`. */
  ed25519ScalarMultiply(known: Uint8Array, secret: Uint8Array): Bytes;
  /** The point of a scalar that is not zero and has its highest bit clear, taken as it is. */
  ed25519ScalarToPoint(scalar: Uint8Array): Bytes;
  x25519(secretKey: Uint8Array, publicKey: Uint8Array): Bytes | undefined;
  x25519PublicOf(secretKey: Uint8Array): Bytes;
  xchacha20Poly1305Seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, ad: Uint8Array): Bytes;
  xchacha20Poly1305Open(
    key: Uint8Array,
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    ad: Uint8Array,
  ): Bytes | undefined;
  aes256GcmSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, ad: Uint8Array): Bytes;
  aes256GcmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    ad: Uint8Array,
  ): Bytes | undefined;
  argon2id(
    password: Uint8Array,
    salt: Uint8Array,
    memoryBytes: number,
    passes: number,
    length: number,
  ): Bytes;
  randomBytes(length: number): Bytes;
}

/** Typed here once for both engines; `#engine` resolves to one of them at run time. */
export declare const engine: CryptoEngine;
