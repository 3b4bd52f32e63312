/// <reference path="./native.d.ts" />
import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync } from 'node:crypto';
import { asBytes, type Bytes, concatBytes } from '@sotto/bytes';
import sodium from 'sodium-native';
import type { CryptoEngine } from './engine.ts';

const TAG = 16;

/** Up to so many bytes libsodium has hashed what OpenSSL has not begun to: it computes slower and is called quicker. */
const SHORT_TO_HASH = 256;

/** The engine for Node: OpenSSL for what it is fastest at, libsodium for the rest. */
export const engine: CryptoEngine = {
  sha256(message) {
    if (message.length > SHORT_TO_HASH) return asBytes(hash('sha256', message, 'buffer'));
    const output = new Uint8Array(32);
    sodium.crypto_hash_sha256(output, message);
    return output;
  },
  sha512: (message) => asBytes(hash('sha512', message, 'buffer')),
  hmacSha256: (key, message) => asBytes(createHmac('sha256', key).update(message).digest()),
  hkdfSha256: (ikm, salt, info, length) => new Uint8Array(hkdfSync('sha256', ikm, salt, info, length)),
  blake2b(length, message, key) {
    const output = new Uint8Array(length);
    sodium.crypto_generichash(output, message, orNull(key));
    return output;
  },

  ed25519KeyPair(seed) {
    const publicKey = new Uint8Array(32);
    const secretKey = new Uint8Array(64);
    sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
    return { publicKey, secretKey };
  },
  ed25519Sign(secretKey, message) {
    const signature = new Uint8Array(64);
    sodium.crypto_sign_detached(signature, message, secretKey);
    return signature;
  },
  ed25519Verify: (publicKey, message, signature) =>
    sodium.crypto_sign_verify_detached(signature, message, publicKey),
  ed25519PublicToX25519: (publicKey) =>
    filled(32, (output) => sodium.crypto_sign_ed25519_pk_to_curve25519(output, publicKey)),
  ed25519ScalarReduce(number) {
    const output = new Uint8Array(32);
    sodium.crypto_core_ed25519_scalar_reduce(output, number);
    return output;
  },
  ed25519ScalarAdd(left, right) {
    const output = new Uint8Array(32);
    sodium.crypto_core_ed25519_scalar_add(output, left, right);
    return output;
  },
  // sodium-native has no product of scalars. Doubling and adding makes one, and which of the two
  // happens depends on the bits of the known factor alone.
  ed25519ScalarMultiply(known, secret) {
    const product = new Uint8Array(32);
    for (let bit = 255; bit >= 0; bit--) {
      sodium.crypto_core_ed25519_scalar_add(product, product, product);
      const set = (((known[bit >> 3] as number) >> (bit & 7)) & 1) === 1;
      if (set) sodium.crypto_core_ed25519_scalar_add(product, product, secret);
    }
    return product;
  },
  ed25519ScalarToPoint(scalar) {
    const output = new Uint8Array(32);
    sodium.crypto_scalarmult_ed25519_base_noclamp(output, scalar);
    return output;
  },
  x25519: (secretKey, publicKey) =>
    filled(32, (output) => sodium.crypto_scalarmult(output, secretKey, publicKey)),
  x25519PublicOf(secretKey) {
    const output = new Uint8Array(32);
    sodium.crypto_scalarmult_base(output, secretKey);
    return output;
  },

  xchacha20Poly1305Seal(key, nonce, plaintext, ad) {
    const output = new Uint8Array(plaintext.length + TAG);
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(output, plaintext, orNull(ad), null, nonce, key);
    return output;
  },
  xchacha20Poly1305Open: (key, nonce, ciphertext, ad) =>
    filled(ciphertext.length - TAG, (output) =>
      sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(output, null, ciphertext, orNull(ad), nonce, key),
    ),
  aes256GcmSeal(key, nonce, plaintext, ad) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(ad);
    const body = cipher.update(plaintext);
    return concatBytes(body, cipher.final(), cipher.getAuthTag());
  },
  aes256GcmOpen(key, nonce, ciphertext, ad) {
    const end = ciphertext.length - TAG;
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    cipher.setAAD(ad);
    cipher.setAuthTag(ciphertext.subarray(end));
    const body = cipher.update(ciphertext.subarray(0, end));
    try {
      return concatBytes(body, cipher.final());
    } catch {
      // The only failure left is a tag that does not match.
      return undefined;
    }
  },
  argon2id(password, salt, memoryBytes, passes, length) {
    const output = new Uint8Array(length);
    const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13;
    sodium.crypto_pwhash(output, password, salt, passes, memoryBytes, algorithm);
    return output;
  },
  randomBytes(length) {
    const output = new Uint8Array(length);
    if (length > 0) sodium.randombytes_buf(output);
    return output;
  },
};

/** sodium-native wants null where there is no associated data, or no key of a hash. */
function orNull(bytes: Uint8Array): Uint8Array | null {
  return bytes.length === 0 ? null : bytes;
}

/** What sodium-native throws when libsodium itself said no; its checks of arguments say other things. */
const REFUSED = /^(status: -1|could not verify data)$/;

/** `undefined` when libsodium refuses the input as forged or forbidden; any other failure is thrown on. */
function filled(length: number, fill: (output: Bytes) => void): Bytes | undefined {
  const output = new Uint8Array(length);
  try {
    fill(output);
    return output;
  } catch (error) {
    if (error instanceof Error && REFUSED.test(error.message)) return undefined;
    throw error;
  }
}
