import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { asBytes, type Bytes } from '@sotto/bytes';
import sodium from 'libsodium-wrappers-sumo';
import type { CryptoEngine } from './engine.ts';

// WebAssembly is compiled asynchronously. Waiting for it here, once, is what lets everything above
// be synchronous; bundles therefore have to be ES modules.
await sodium.ready;

/** The engine for everywhere else: libsodium as WebAssembly, @noble for what it lacks. */
export const engine: CryptoEngine = {
  sha256: (message) => asBytes(sha256(message)),
  sha512: (message) => asBytes(sha512(message)),
  hmacSha256: (key, message) => asBytes(hmac(sha256, key, message)),
  hkdfSha256: (ikm, salt, info, length) => asBytes(hkdf(sha256, ikm, salt, info, length)),
  blake2b: (length, message, key) =>
    asBytes(sodium.crypto_generichash(length, message, key.length === 0 ? null : key)),

  ed25519KeyPair(seed) {
    const pair = sodium.crypto_sign_seed_keypair(seed);
    return { publicKey: asBytes(pair.publicKey), secretKey: asBytes(pair.privateKey) };
  },
  ed25519Sign: (secretKey, message) => asBytes(sodium.crypto_sign_detached(message, secretKey)),
  ed25519Verify: (publicKey, message, signature) =>
    sodium.crypto_sign_verify_detached(signature, message, publicKey),
  ed25519PublicToX25519: (publicKey) =>
    orUndefined(() => sodium.crypto_sign_ed25519_pk_to_curve25519(publicKey)),
  ed25519ScalarReduce: (number) => asBytes(sodium.crypto_core_ed25519_scalar_reduce(number)),
  ed25519ScalarAdd: (left, right) => asBytes(sodium.crypto_core_ed25519_scalar_add(left, right)),
  ed25519ScalarMultiply: (known, secret) => asBytes(sodium.crypto_core_ed25519_scalar_mul(known, secret)),
  ed25519ScalarToPoint: (scalar) => asBytes(sodium.crypto_scalarmult_ed25519_base_noclamp(scalar)),
  x25519: (secretKey, publicKey) => orUndefined(() => sodium.crypto_scalarmult(secretKey, publicKey)),
  x25519PublicOf: (secretKey) => asBytes(sodium.crypto_scalarmult_base(secretKey)),

  xchacha20Poly1305Seal: (key, nonce, plaintext, ad) =>
    asBytes(sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, ad, null, nonce, key)),
  xchacha20Poly1305Open: (key, nonce, ciphertext, ad) =>
    orUndefined(() => sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, ad, nonce, key)),
  aes256GcmSeal: (key, nonce, plaintext, ad) => asBytes(gcm(key, nonce, ad).encrypt(plaintext)),
  aes256GcmOpen: (key, nonce, ciphertext, ad) => orUndefined(() => gcm(key, nonce, ad).decrypt(ciphertext)),
  argon2id: (password, salt, memoryBytes, passes, length) =>
    asBytes(
      sodium.crypto_pwhash(length, password, salt, passes, memoryBytes, sodium.crypto_pwhash_ALG_ARGON2ID13),
    ),
  randomBytes: (length) => asBytes(sodium.randombytes_buf(length)),
};

/** What libsodium-wrappers and @noble throw for an input that is forged or forbidden, and for nothing else. */
const REFUSED =
  /^(weak public key|invalid key|ciphertext cannot be decrypted using that key|aes-gcm: invalid tag)$/;

/** `undefined` when the library refuses the input as forged or forbidden; any other failure is thrown on. */
function orUndefined(compute: () => Uint8Array): Bytes | undefined {
  try {
    return asBytes(compute());
  } catch (error) {
    if (error instanceof Error && REFUSED.test(error.message)) return undefined;
    throw error;
  }
}
