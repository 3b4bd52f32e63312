import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, toHex } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand, publicOf, signExpanded } from '../src/ed25519-expanded.ts';
import { engine as browserEngine } from '../src/engine.browser.ts';
import { engine as nodeEngine } from '../src/engine.node.ts';
import type { CryptoEngine } from '../src/engine.ts';

/** Every case names its source; all other members are hexadecimal. */
type Case<Member extends string> = Readonly<Record<Member | 'source', string>>;

interface RfcVectors {
  readonly sha256: readonly Case<'message' | 'hash'>[];
  readonly sha512: readonly Case<'message' | 'hash'>[];
  readonly hmacSha256: readonly Case<'key' | 'message' | 'mac'>[];
  readonly hkdfSha256: readonly Case<'ikm' | 'salt' | 'info' | 'okm'>[];
  readonly ed25519: readonly Case<'seed' | 'publicKey' | 'message' | 'signature'>[];
  readonly ed25519Expanded: readonly Case<'seed' | 'expanded' | 'publicKey'>[];
  readonly x25519: readonly Case<'secretKey' | 'publicKey' | 'shared'>[];
  readonly x25519Pair: readonly Case<'secretKey' | 'publicKey'>[];
  readonly blake2b: readonly Case<'key' | 'message' | 'hash'>[];
  readonly xchacha20Poly1305: readonly Case<'key' | 'nonce' | 'ad' | 'plaintext' | 'ciphertext'>[];
  readonly aes256Gcm: readonly Case<'key' | 'nonce' | 'ad' | 'plaintext' | 'ciphertext'>[];
}

interface EdgePoints {
  readonly ed25519SmallOrder: readonly string[];
  readonly ed25519NotOnCurve: readonly string[];
  readonly x25519SmallOrder: readonly string[];
  readonly ed25519GroupOrder: string;
}

const rfc = readVectors<RfcVectors>('rfc.json');
const edge = readVectors<EdgePoints>('edge-points.json');
const IDENTITY_POINT = fromHex('01'.padEnd(64, '0'));
const EMPTY = new Uint8Array(0);

function readVectors<Shape>(name: string): Shape {
  const file = new URL(`../../../vectors/crypto/${name}`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Shape;
}

const engines: readonly (readonly [string, CryptoEngine])[] = [
  ['node', nodeEngine],
  ['browser', browserEngine],
];

describe.each(engines)('the %s engine against published vectors', (_name, engine) => {
  it.each(rfc.sha256)('SHA-256: $source', ({ message, hash }) => {
    expect(toHex(engine.sha256(fromHex(message)))).toBe(hash);
  });

  it.each(rfc.sha512)('SHA-512: $source', ({ message, hash }) => {
    expect(toHex(engine.sha512(fromHex(message)))).toBe(hash);
  });

  it.each(rfc.hmacSha256)('HMAC-SHA256: $source', ({ key, message, mac }) => {
    expect(toHex(engine.hmacSha256(fromHex(key), fromHex(message)))).toBe(mac);
  });

  it.each(rfc.hkdfSha256)('HKDF-SHA256: $source', ({ ikm, salt, info, okm }) => {
    const made = engine.hkdfSha256(fromHex(ikm), fromHex(salt), fromHex(info), okm.length / 2);
    expect(toHex(made)).toBe(okm);
  });

  it.each(rfc.ed25519)('Ed25519: $source', ({ seed, publicKey, message, signature }) => {
    const pair = engine.ed25519KeyPair(fromHex(seed));
    expect(toHex(pair.publicKey)).toBe(publicKey);
    expect(toHex(pair.secretKey)).toBe(seed + publicKey);
    expect(toHex(engine.ed25519Sign(pair.secretKey, fromHex(message)))).toBe(signature);
    expect(engine.ed25519Verify(pair.publicKey, fromHex(message), fromHex(signature))).toBe(true);
    const expanded = expand(engine, fromHex(seed));
    expect(toHex(publicOf(engine, expanded) ?? EMPTY)).toBe(publicKey);
    expect(toHex(signExpanded(engine, expanded, fromHex(message)))).toBe(signature);
  });

  it.each(rfc.ed25519Expanded)('expanded Ed25519: $source', ({ seed, expanded, publicKey }) => {
    expect(toHex(expand(engine, fromHex(seed)))).toBe(expanded);
    expect(toHex(publicOf(engine, fromHex(expanded)) ?? EMPTY)).toBe(publicKey);
  });

  it.each(rfc.x25519)('X25519: $source', ({ secretKey, publicKey, shared }) => {
    expect(toHex(engine.x25519(fromHex(secretKey), fromHex(publicKey)) ?? EMPTY)).toBe(shared);
  });

  it.each(rfc.x25519Pair)('X25519 pair: $source', ({ secretKey, publicKey }) => {
    expect(toHex(engine.x25519PublicOf(fromHex(secretKey)))).toBe(publicKey);
  });

  it.each(rfc.blake2b)('BLAKE2b: $source', ({ key, message, hash }) => {
    expect(toHex(engine.blake2b(hash.length / 2, fromHex(message), fromHex(key)))).toBe(hash);
  });

  it.each(rfc.xchacha20Poly1305)('XChaCha20-Poly1305: $source', (vector) => {
    const [key, nonce, ad] = [fromHex(vector.key), fromHex(vector.nonce), fromHex(vector.ad)];
    const sealed = engine.xchacha20Poly1305Seal(key, nonce, fromHex(vector.plaintext), ad);
    expect(toHex(sealed)).toBe(vector.ciphertext);
    expect(toHex(engine.xchacha20Poly1305Open(key, nonce, sealed, ad) ?? EMPTY)).toBe(vector.plaintext);
  });

  it.each(rfc.aes256Gcm)('AES-256-GCM: $source', (vector) => {
    const [key, nonce, ad] = [fromHex(vector.key), fromHex(vector.nonce), fromHex(vector.ad)];
    const sealed = engine.aes256GcmSeal(key, nonce, fromHex(vector.plaintext), ad);
    expect(toHex(sealed)).toBe(vector.ciphertext);
    expect(toHex(engine.aes256GcmOpen(key, nonce, sealed, ad) ?? EMPTY)).toBe(vector.plaintext);
  });
});

describe.each(engines)('the %s engine against hostile points', (_name, engine) => {
  const message = fromHex('00');

  it.each(edge.ed25519SmallOrder)('takes no signature of the small-order key %s', (point) => {
    const key = fromHex(point);
    // R = identity, S = 0 satisfies the plain equation for every key of order one.
    const forged = concatBytes(IDENTITY_POINT, new Uint8Array(32));
    expect(engine.ed25519Verify(key, message, forged)).toBe(false);
    expect(engine.ed25519Verify(key, message, concatBytes(key, new Uint8Array(32)))).toBe(false);
    expect(engine.ed25519PublicToX25519(key)).toBeUndefined();
  });

  it.each(edge.ed25519NotOnCurve)('knows that %s is no point', (point) => {
    expect(engine.ed25519PublicToX25519(fromHex(point))).toBeUndefined();
  });

  it.each(edge.x25519SmallOrder)('agrees on nothing with %s', (point) => {
    const secret = engine.sha256(message);
    expect(engine.x25519(secret, fromHex(point))).toBeUndefined();
  });

  it('takes a failure of its own for no forgery', () => {
    const [key, short] = [new Uint8Array(32), new Uint8Array(31)];
    const [nonce, sealed] = [new Uint8Array(24), new Uint8Array(40)];
    expect(() => engine.x25519(short, key)).toThrow();
    expect(() => engine.ed25519PublicToX25519(short)).toThrow();
    expect(() => engine.xchacha20Poly1305Open(short, nonce, sealed, EMPTY)).toThrow();
    expect(() => engine.aes256GcmOpen(short, nonce.subarray(0, 12), sealed, EMPTY)).toThrow();
  });

  it('refuses a signature whose S is not reduced', () => {
    const { publicKey, secretKey } = engine.ed25519KeyPair(engine.sha256(message));
    const signature = engine.ed25519Sign(secretKey, message);
    const raised = addLittleEndian(signature.subarray(32), fromHex(edge.ed25519GroupOrder));
    expect(engine.ed25519Verify(publicKey, message, signature)).toBe(true);
    expect(engine.ed25519Verify(publicKey, message, concatBytes(signature.subarray(0, 32), raised))).toBe(
      false,
    );
  });
});

function addLittleEndian(left: Uint8Array, right: Uint8Array): Uint8Array {
  let carry = 0;
  return left.map((byte, index) => {
    carry += byte + (right[index] as number);
    const low = carry & 0xff;
    carry >>= 8;
    return low;
  });
}

describe('the two engines', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const any = fc.uint8Array({ maxLength: 200 });

  it('agree on everything that has one answer', () => {
    fc.assert(
      fc.property(bytes(32), bytes(24), any, any, (key, nonce, text, ad) => {
        const answers = engines.map(([, engine]) => {
          const pair = engine.ed25519KeyPair(key);
          const expanded = expand(engine, key);
          const ratchetSecret = expanded.subarray(0, 32);
          const ratchetPublic = engine.ed25519PublicToX25519(pair.publicKey) ?? EMPTY;
          return [
            engine.sha256(text),
            engine.sha512(text),
            engine.hmacSha256(ad, text),
            engine.hkdfSha256(text, ad, key, 77),
            engine.blake2b(32, text, EMPTY),
            engine.blake2b(16 + (text.length % 49), text, key),
            engine.x25519PublicOf(key),
            pair.publicKey,
            pair.secretKey,
            engine.ed25519Sign(pair.secretKey, text),
            expanded,
            publicOf(engine, expanded) ?? EMPTY,
            signExpanded(engine, expanded, text),
            ratchetPublic,
            engine.x25519(ratchetSecret, ratchetPublic) ?? EMPTY,
            engine.xchacha20Poly1305Seal(key, nonce, text, ad),
            engine.aes256GcmSeal(key, nonce.subarray(0, 12), text, ad),
          ].map(toHex);
        });
        expect(answers[0]).toEqual(answers[1]);
      }),
      { numRuns: 40 },
    );
  });

  it('hash alike at every length around which one of them changes its library', () => {
    for (let length = 0; length < 600; length++) {
      const text = Uint8Array.from({ length }, (_, at) => at);
      const [one, other] = engines.map(([, engine]) => toHex(engine.sha256(text)));
      expect(one).toBe(other);
    }
  });

  it('sign with the expanded secret as with the seed', () => {
    fc.assert(
      fc.property(bytes(32), any, (seed, text) => {
        for (const [, engine] of engines) {
          const { publicKey, secretKey } = engine.ed25519KeyPair(seed);
          const expanded = expand(engine, seed);
          expect(publicOf(engine, expanded)).toEqual(publicKey);
          expect(signExpanded(engine, expanded, text)).toEqual(engine.ed25519Sign(secretKey, text));
          // What is wiped on the way is not the caller's secret.
          expect(expanded).toEqual(expand(engine, seed));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('take only clamped scalars for expanded secrets', () => {
    for (const [, engine] of engines) {
      const expanded = expand(engine, new Uint8Array(32));
      for (const [index, bits] of [
        [0, 1],
        [0, 4],
        [31, 0x80],
        [31, 0x40],
      ] as const) {
        const other = expanded.slice();
        other[index] = (other[index] as number) ^ bits;
        expect(publicOf(engine, other)).toBeUndefined();
      }
      expect(publicOf(engine, new Uint8Array(64))).toBeUndefined();
    }
  });

  it('agree on Argon2id', () => {
    const answers = engines.map(([, engine]) =>
      toHex(engine.argon2id(fromHex('70617373'), new Uint8Array(16), 64 * 1024, 2, 32)),
    );
    expect(answers[0]).toBe(answers[1]);
  });

  it('open nothing that was altered', () => {
    fc.assert(
      fc.property(bytes(32), any, any, fc.nat(), (key, text, ad, where) => {
        for (const [, engine] of engines) {
          const nonce = key.subarray(0, 24);
          const sealed = engine.xchacha20Poly1305Seal(key, nonce, text, ad);
          const bit = where % (sealed.length * 8);
          flip(sealed, bit);
          expect(engine.xchacha20Poly1305Open(key, nonce, sealed, ad)).toBeUndefined();
          const gcm = engine.aes256GcmSeal(key, nonce.subarray(0, 12), text, ad);
          flip(gcm, bit);
          expect(engine.aes256GcmOpen(key, nonce.subarray(0, 12), gcm, ad)).toBeUndefined();
        }
      }),
      { numRuns: 40 },
    );
  });
});

function flip(target: Uint8Array, bit: number): void {
  target[bit >> 3] = (target[bit >> 3] as number) ^ (1 << (bit & 7));
}
