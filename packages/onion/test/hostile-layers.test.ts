import { type Bytes, equalBytes, fromBase64, fromHex, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { type X25519KeyPair, x25519KeyPair } from '@sotto/crypto';
import { type EncryptionType, encodeLayerFrame } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type IncomingLayer,
  isTimely,
  type NodeKeys,
  nodeKeysFromSeed,
  OnionError,
  openServerRequest,
  type PeeledLayer,
  peelLayer,
  readClientRequest,
} from '../src/index.ts';
import { LayerCipher } from '../src/layers/layer-cipher.ts';
import { build, ENCRYPTIONS, MINUTE, NOW, nodes, RPC, random, server, target } from './_journey.ts';

describe('a layer', () => {
  const guard = nodes[0] as NodeKeys;

  /** A layer as anybody could make one. */
  function layerOf(json: object, encryption: EncryptionType = 'xchacha20', blob: Bytes = RPC): IncomingLayer {
    return sealed(encodeLayerFrame([blob], json), guard.x25519.publicKey, encryption);
  }

  function sealed(plaintext: Bytes, to: Bytes, encryption: EncryptionType): IncomingLayer {
    const ephemeral = x25519KeyPair(random(32));
    const cipher = LayerCipher.toRecipient(encryption, ephemeral, to) as LayerCipher;
    const ciphertext = cipher.seal(plaintext, random);
    return { ephemeralKey: ephemeral.publicKey, encryption, ciphertext, hopNumber: 0 };
  }

  function peel(layer: IncomingLayer, keys: X25519KeyPair = guard.x25519): PeeledLayer {
    return peelLayer(layer, keys, random);
  }

  it('of another make has no minute, and its answer is base64', () => {
    const peeled = peel(layerOf({ headers: '' }));
    if (peeled.outcome !== 'destination') throw new Error(peeled.outcome);
    expect(peeled).not.toHaveProperty('minute');
    expect(fromUtf8(peeled.seal({ status: 200, body: utf8('{}') }))).toMatch(/^[A-Za-z0-9+/]+=*$/);
  });

  it('is named the same however its ephemeral key is written', () => {
    const layer = layerOf({ headers: '' }, 'aes-gcm');
    // The highest bit of a point counts for nothing (RFC 7748 §5).
    const other = layer.ephemeralKey.map((byte, index) => (index === 31 ? byte ^ 0x80 : byte));
    const [first, second] = [peel(layer), peel({ ...layer, ephemeralKey: other })];
    if (first.outcome !== 'destination' || second.outcome !== 'destination') throw new Error('not opened');
    expect(first.replayTag).toHaveLength(16);
    expect(second.replayTag).toEqual(first.replayTag);
    const again = peel(layerOf({ headers: '' }, 'aes-gcm'));
    expect(again).not.toHaveProperty('replayTag', first.replayTag);
  });

  it.each(ENCRYPTIONS)('that was altered anywhere is none, with %s', (encryption) => {
    const layer = layerOf({ headers: '' }, encryption);
    for (let at = 0; at < layer.ciphertext.length; at += 7) {
      const ciphertext = layer.ciphertext.map((byte, index) => (index === at ? byte ^ 1 : byte));
      expect(peel({ ...layer, ciphertext }).outcome).toBe('invalid-ciphertext');
    }
    expect(peel(layer, target.x25519).outcome).toBe('invalid-ciphertext');
    const other = encryption === 'aes-gcm' ? 'xchacha20' : 'aes-gcm';
    expect(peel({ ...layer, encryption: other }).outcome).toBe('invalid-ciphertext');
    expect(peel({ ...layer, ephemeralKey: new Uint8Array(32) }).outcome).toBe('invalid-ciphertext');
    expect(peel({ ...layer, ciphertext: new Uint8Array(0) }).outcome).toBe('invalid-ciphertext');
  });

  it.each([
    ['Invalid json', {}],
    ['Invalid json', { destination: 'ab', ephemeral_key: 'ab'.repeat(32) }],
    ['Invalid url', { host: 'h', target: '/elsewhere' }],
  ])('that cannot be followed is answered under its own key: %s', (text, json) => {
    const ephemeral = x25519KeyPair(random(32));
    const cipher = LayerCipher.toRecipient('aes-gcm', ephemeral, guard.x25519.publicKey) as LayerCipher;
    const ciphertext = cipher.seal(encodeLayerFrame([RPC], json), random);
    const refused = peel({
      ephemeralKey: ephemeral.publicKey,
      encryption: 'aes-gcm',
      ciphertext,
      hopNumber: 0,
    });
    if (refused.outcome !== 'refused') throw new Error(refused.outcome);
    const plaintext = cipher.open(fromBase64(fromUtf8(refused.reply))) as Bytes;
    expect(JSON.parse(fromUtf8(plaintext))).toEqual({ status: 400, body: text });
  });

  it('throws nothing, whatever it is', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => value as Bytes);
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom<EncryptionType>(...ENCRYPTIONS),
        fc.anything(),
        (blob, encryption, json) => {
          expect(peel({ ephemeralKey: random(32), encryption, ciphertext: blob, hopNumber: 0 }).outcome).toBe(
            'invalid-ciphertext',
          );
          // What its maker could put into a layer of his own.
          for (const plaintext of [blob, framed(blob, json)]) {
            const { outcome } = peel(sealed(plaintext, guard.x25519.publicKey, encryption));
            expect(['refused', 'destination', 'server', 'relay']).toContain(outcome);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is timely for ten minutes on either side, and without a minute', () => {
    expect([-11, -10, 0, 10, 11].map((age) => isTimely({ minute: MINUTE + age }, NOW))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(isTimely({}, NOW)).toBe(true);
  });

  function framed(blob: Bytes, json: unknown): Bytes {
    const object = typeof json === 'object' && json !== null ? json : {};
    try {
      return encodeLayerFrame([blob], object);
    } catch {
      // Some values have no JSON.
      return encodeLayerFrame([blob], {});
    }
  }
});

describe('what a client posts', () => {
  it.each([
    ['nothing', utf8(''), 'Error parsing onion request: too short for a length'],
    [
      'a length that lies',
      Uint8Array.of(9, 0, 0, 0, 0x7b),
      'Error parsing onion request: shorter than its length says',
    ],
    ['no JSON', Uint8Array.of(0, 0, 0, 0, 0x7b), 'Error parsing onion request: the body is not JSON'],
    ['no key', encodeLayerFrame([], {}), 'Error parsing onion request: ephemeral_key'],
    [
      'the obsolete encryption',
      encodeLayerFrame([], { ephemeral_key: 'ab'.repeat(32), enc_type: 'aes-cbc' }),
      'Error parsing onion request: enc_type',
    ],
  ])('is refused in words: %s', (_name, body, message) => {
    expect(() => readClientRequest(body)).toThrow(expect.objectContaining({ code: 'bad-request', message }));
  });

  it('throws nothing but OnionError', () => {
    const body = build().body;
    const damaged = fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(([at, byte]) => {
      const copy = body.slice();
      // The first bytes and the last are those that are read.
      copy[at % 2 === 0 ? at % 4 : copy.length - 1 - (at % 120)] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged), (bytes) => {
        try {
          readClientRequest(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(OnionError);
        }
        expect(['request', 'refused', 'invalid-ciphertext']).toContain(
          openServerRequest(bytes, server, random).outcome,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('the keys of a node', () => {
  it('are those of its seed', () => {
    // Reference: session-protocol §1.2, test values.
    const seed = fromHex('00112233445566778899aabbccddeeff'.padEnd(64, '0'));
    const { ed25519, x25519 } = nodeKeysFromSeed(seed);
    const published = '5ea34e72bb044654a6a23675690ef5ffaaf1656b02f93fb76655f9cbdbe89876';
    expect(toHex(ed25519.publicKey)).toBe(published);
    const converted = 'aa654f00fc39fc69fd0db829410ca38177d7732a8d2f0934ab3872ac56d5aa74';
    expect(toHex(x25519.publicKey)).toBe(converted);
    expect(equalBytes(x25519.publicKey, x25519KeyPair(x25519.secretKey).publicKey)).toBe(true);
  });
});
