import { fromHex, toHex } from '@sotto/bytes';
import { describe, expect, it, vi } from 'vitest';
import { engine } from '#engine';
import * as crypto from './index.ts';

const short = new Uint8Array(5);
const key = new Uint8Array(32);
const text = new Uint8Array(3);

describe('the surface', () => {
  it.each<[string, () => unknown]>([
    ['a seed', () => crypto.ed25519KeyPair(short)],
    ['a signing key', () => crypto.ed25519Sign(key, text)],
    ['an expanded key', () => crypto.ed25519SignExpanded(key, text)],
    ['an X25519 secret', () => crypto.x25519(short, key)],
    ['an X25519 public key', () => crypto.x25519(key, short)],
    ['an AEAD key', () => crypto.xchacha20Poly1305Seal({ key: short, nonce: key, plaintext: text })],
    ['an AEAD nonce', () => crypto.aes256GcmSeal({ key, nonce: key, plaintext: text })],
    ['an opening nonce', () => crypto.xchacha20Poly1305Open({ key, nonce: short, ciphertext: text })],
    ['an X25519 secret of a pair', () => crypto.x25519KeyPair(short)],
    ['a seed of an X25519 pair', () => crypto.x25519KeyPairOfSeed(short)],
    ['a BLAKE2b output', () => crypto.blake2b(15, text)],
    ['a longer BLAKE2b output', () => crypto.blake2b(65, text)],
    ['a BLAKE2b key', () => crypto.blake2b(32, text, short)],
    ['an HKDF output', () => crypto.hkdfSha256({ ikm: key, salt: text, info: text, length: 8161 })],
    [
      'a salt',
      () => crypto.argon2id({ password: text, salt: text, memoryBytes: 8192, passes: 1, length: 32 }),
    ],
  ])('refuses %s of the wrong length with its own error', (_what, call) => {
    expect(call).toThrow(crypto.CryptoError);
  });

  it('refuses costs that nobody meant', () => {
    const request = { password: text, salt: new Uint8Array(16), length: 32 };
    expect(() => crypto.argon2id({ ...request, memoryBytes: 2 ** 40, passes: 1 })).toThrow(
      crypto.CryptoError,
    );
    expect(() => crypto.argon2id({ ...request, memoryBytes: 8192, passes: 1000 })).toThrow(
      crypto.CryptoError,
    );
    expect(() => crypto.randomBytes(2 ** 30)).toThrow(crypto.CryptoError);
  });

  it('says when the memory for a password is not there', () => {
    const computing = vi.spyOn(engine, 'argon2id').mockImplementation(() => {
      throw new Error('status: -1');
    });
    try {
      const request = { password: text, salt: new Uint8Array(16), length: 32, memoryBytes: 8192, passes: 1 };
      expect(() => crypto.argon2id(request)).toThrow(
        expect.objectContaining({ name: 'CryptoError', code: 'no-memory' }),
      );
    } finally {
      computing.mockRestore();
    }
  });

  it('answers what others sent in the wrong length like any other forgery', () => {
    expect(crypto.ed25519Verify(short, text, new Uint8Array(64))).toBe(false);
    expect(crypto.ed25519Verify(key, text, short)).toBe(false);
    expect(crypto.ed25519PublicToX25519(short)).toBeUndefined();
    const nonce = new Uint8Array(24);
    expect(crypto.xchacha20Poly1305Open({ key, nonce, ciphertext: short })).toBeUndefined();
    expect(crypto.aes256GcmOpen({ key, nonce: nonce.subarray(12), ciphertext: short })).toBeUndefined();
  });

  it('makes both forms of one seed alike', () => {
    // Reference: session-protocol §1.2, test values.
    const seed = fromHex('00112233445566778899aabbccddeeff'.padEnd(64, '0'));
    const { publicKey, secretKey } = crypto.x25519KeyPairOfSeed(seed);
    expect(toHex(publicKey)).toBe('aa654f00fc39fc69fd0db829410ca38177d7732a8d2f0934ab3872ac56d5aa74');
    expect(publicKey).toEqual(crypto.ed25519PublicToX25519(crypto.ed25519KeyPair(seed).publicKey));
    const other = crypto.x25519KeyPair(crypto.randomBytes(32));
    expect(crypto.x25519(secretKey, other.publicKey)).toEqual(crypto.x25519(other.secretKey, publicKey));
  });

  it('draws different bytes each time', () => {
    expect(crypto.randomBytes(32)).toHaveLength(32);
    expect(crypto.randomBytes(32)).not.toEqual(crypto.randomBytes(32));
  });
});
