/**
 * Just what the Node engine uses of the two native modules. Declared here, not by @types/node,
 * so that the rest of this universal package does not see Node's globals.
 */
declare module 'node:crypto' {
  export function hash(algorithm: string, data: Uint8Array, outputEncoding: 'buffer'): Uint8Array;
  export function createHmac(
    algorithm: string,
    key: Uint8Array,
  ): { update(data: Uint8Array): { digest(): Uint8Array } };
  export function hkdfSync(
    algorithm: string,
    ikm: Uint8Array,
    salt: Uint8Array,
    info: Uint8Array,
    length: number,
  ): ArrayBuffer;
  export function createCipheriv(
    algorithm: 'aes-256-gcm',
    key: Uint8Array,
    nonce: Uint8Array,
  ): {
    setAAD(ad: Uint8Array): void;
    update(data: Uint8Array): Uint8Array;
    final(): Uint8Array;
    getAuthTag(): Uint8Array;
  };
  export function createDecipheriv(
    algorithm: 'aes-256-gcm',
    key: Uint8Array,
    nonce: Uint8Array,
    options: { authTagLength: number },
  ): {
    setAAD(ad: Uint8Array): void;
    setAuthTag(tag: Uint8Array): void;
    update(data: Uint8Array): Uint8Array;
    final(): Uint8Array;
  };
}

/** Outputs come first and are filled in; failures throw, except in `verify`. */
declare module 'sodium-native' {
  interface Sodium {
    readonly crypto_pwhash_ALG_ARGON2ID13: number;
    randombytes_buf(output: Uint8Array): void;
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
    crypto_sign_ed25519_pk_to_curve25519(output: Uint8Array, publicKey: Uint8Array): void;
    crypto_core_ed25519_scalar_reduce(output: Uint8Array, number: Uint8Array): void;
    crypto_core_ed25519_scalar_add(output: Uint8Array, left: Uint8Array, right: Uint8Array): void;
    crypto_scalarmult_ed25519_base_noclamp(output: Uint8Array, scalar: Uint8Array): void;
    crypto_hash_sha256(output: Uint8Array, message: Uint8Array): void;
    crypto_generichash(output: Uint8Array, message: Uint8Array, key: Uint8Array | null): void;
    crypto_scalarmult_base(output: Uint8Array, secretKey: Uint8Array): void;
    crypto_scalarmult(output: Uint8Array, secretKey: Uint8Array, publicKey: Uint8Array): void;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
      ciphertext: Uint8Array,
      message: Uint8Array,
      ad: Uint8Array | null,
      nsec: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    crypto_aead_xchacha20poly1305_ietf_decrypt(
      message: Uint8Array,
      nsec: null,
      ciphertext: Uint8Array,
      ad: Uint8Array | null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    crypto_pwhash(
      output: Uint8Array,
      password: Uint8Array,
      salt: Uint8Array,
      passes: number,
      memoryBytes: number,
      algorithm: number,
    ): void;
  }
  const sodium: Sodium;
  export default sodium;
}
