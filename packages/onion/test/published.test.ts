import { readFileSync } from 'node:fs';
import { fromHex, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { randomBytes, x25519KeyPair } from '@sotto/crypto';
import {
  type EncryptionType,
  encodeLayerFrame,
  ProtocolError,
  parseInnerLayer,
  parseOuterLayer,
} from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { readClientRequest } from '../src/index.ts';
import { LayerCipher } from '../src/layers/layer-cipher.ts';

/** What the tests of the original node and of its client library state; see the file for where from. */

interface Pair {
  readonly publicKey: string;
  readonly secretKey: string;
}

interface Sealed {
  readonly encryption: EncryptionType;
  readonly sealed: string;
}

interface LayerVectors {
  readonly layer: {
    readonly maker: Pair;
    readonly node: Pair;
    readonly plaintext: string;
    readonly opened: readonly Sealed[];
    readonly refused: readonly Sealed[];
  };
  readonly frames: {
    readonly maker: Pair;
    readonly node: Pair;
    readonly plaintext: string;
    readonly reply: string;
    readonly cases: readonly {
      readonly encryption: EncryptionType;
      readonly body: string;
      readonly replyBytes: number;
    }[];
  };
  readonly parties: {
    readonly keys: readonly [Pair, Pair];
    readonly plaintext: string;
    readonly added: readonly { readonly encryption: EncryptionType; readonly bytes: number }[];
    readonly refused: readonly string[];
  };
  readonly inner: {
    readonly cases: readonly ({ readonly json: object; readonly kind: string } & Readonly<
      Record<string, unknown>
    >)[];
    readonly targets: { readonly allowed: readonly string[]; readonly refused: readonly string[] };
  };
}

const file = new URL('../../../vectors/onion/layers.json', import.meta.url);
const { layer, frames, parties, inner } = JSON.parse(readFileSync(file, 'utf8')) as LayerVectors;

/** The pair of a secret, which must be the one that is published. */
function pairOf({ publicKey, secretKey }: Pair) {
  const pair = x25519KeyPair(fromHex(secretKey));
  expect(toHex(pair.publicKey)).toBe(publicKey);
  return pair;
}

describe('a published layer', () => {
  const openWith = ({ encryption, sealed }: Sealed) =>
    LayerCipher.fromMaker(encryption, fromHex(layer.maker.publicKey), pairOf(layer.node))?.open(
      fromHex(sealed),
    );

  it.each(layer.opened)('of $encryption is opened', (one) => {
    expect(fromUtf8(openWith(one) ?? new Uint8Array())).toBe(layer.plaintext);
  });

  it.each(layer.refused)('of $encryption that was altered is not: $sealed', (one) => {
    expect(openWith(one)).toBeUndefined();
  });
});

describe('a published body of a request', () => {
  it.each(frames.cases)('in $encryption is read and answered', ({ encryption, body, replyBytes }) => {
    const request = readClientRequest(fromHex(body));
    expect(request.encryption).toBe(encryption);
    expect(toHex(request.ephemeralKey)).toBe(frames.maker.publicKey);
    const node = LayerCipher.fromMaker(encryption, request.ephemeralKey, pairOf(frames.node));
    expect(fromUtf8(node?.open(request.ciphertext) ?? new Uint8Array())).toBe(frames.plaintext);
    const reply = node?.seal(utf8(frames.reply), randomBytes) ?? new Uint8Array();
    expect(reply).toHaveLength(replyBytes);
    const maker = LayerCipher.toRecipient(encryption, pairOf(frames.maker), fromHex(frames.node.publicKey));
    expect(fromUtf8(maker?.open(reply) ?? new Uint8Array())).toBe(frames.reply);
  });
});

describe('two published parties', () => {
  const [alice, bob] = parties.keys;

  it.each(parties.added)('understand each other in $encryption, both ways', ({ encryption, bytes }) => {
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const maker = LayerCipher.toRecipient(encryption, pairOf(from), fromHex(to.publicKey));
      const node = LayerCipher.fromMaker(encryption, fromHex(from.publicKey), pairOf(to));
      const sealed = maker?.seal(utf8(parties.plaintext), randomBytes) ?? new Uint8Array();
      expect(sealed).toHaveLength(utf8(parties.plaintext).length + bytes);
      expect(fromUtf8(node?.open(sealed) ?? new Uint8Array())).toBe(parties.plaintext);
    }
  });

  it('need to know who is which in xchacha20', () => {
    const maker = LayerCipher.toRecipient('xchacha20', pairOf(alice), fromHex(bob.publicKey));
    const wrong = LayerCipher.toRecipient('xchacha20', pairOf(bob), fromHex(alice.publicKey));
    const sealed = maker?.seal(utf8(parties.plaintext), randomBytes) ?? new Uint8Array();
    expect(wrong?.open(sealed)).toBeUndefined();
  });

  it.each(parties.refused)('are not heard in %s, which proves nothing about who sent it', (encryption) => {
    const outer = { ephemeral_key: alice.publicKey, enc_type: encryption };
    expect(() => parseOuterLayer(outer)).toThrow(ProtocolError);
    expect(() => readClientRequest(encodeLayerFrame([randomBytes(64)], outer))).toThrow('enc_type');
    const onward = { destination: bob.publicKey, ephemeral_key: alice.publicKey, enc_type: encryption };
    expect(() => parseInnerLayer(onward)).toThrow(ProtocolError);
  });
});

describe('a published opened layer', () => {
  it.each(inner.cases)('of kind $kind is told: $json', ({ json, kind, ...facts }) => {
    expect(parseInnerLayer(json)).toMatchObject({ kind, ...facts });
  });

  it('leads to a server only where the target says so', () => {
    const to = (target: string) => () => parseInnerLayer({ host: 'host', target });
    for (const target of inner.targets.allowed) expect(to(target)).not.toThrow();
    for (const target of inner.targets.refused) expect(to(target)).toThrow(ProtocolError);
  });
});
