import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, fromUtf8, utf8 } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { engine as browserEngine } from '../src/engine.browser.ts';
import { engine as nodeEngine } from '../src/engine.node.ts';
import type { CryptoEngine } from '../src/engine.ts';

/** Layers of onion requests that the original client library states, by the primitives of each engine alone. */

interface Sealed {
  readonly encryption: 'aes-gcm' | 'xchacha20';
  readonly sealed: string;
}

const file = new URL('../../../vectors/onion/layers.json', import.meta.url);
const { layer } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly layer: {
    readonly maker: { readonly publicKey: string };
    readonly node: { readonly publicKey: string; readonly secretKey: string };
    readonly plaintext: string;
    readonly opened: readonly Sealed[];
    readonly refused: readonly Sealed[];
  };
};

const NOTHING = new Uint8Array(0);

function open(engine: CryptoEngine, { encryption, sealed: hex }: Sealed): Uint8Array | undefined {
  const [maker, node] = [layer.maker.publicKey, layer.node.publicKey].map(fromHex) as [
    Uint8Array,
    Uint8Array,
  ];
  const shared = engine.x25519(fromHex(layer.node.secretKey), maker);
  if (shared === undefined) return undefined;
  const sealed = fromHex(hex);
  if (encryption === 'aes-gcm') {
    const key = engine.hmacSha256(utf8('LOKI'), shared);
    const [nonce, ciphertext] = [sealed.subarray(0, 12), sealed.subarray(12)];
    return engine.aes256GcmOpen(key, nonce, ciphertext, NOTHING);
  }
  const key = engine.blake2b(32, concatBytes(shared, maker, node), NOTHING);
  const [nonce, ciphertext] = [sealed.subarray(0, 24), sealed.subarray(24)];
  return engine.xchacha20Poly1305Open(key, nonce, ciphertext, NOTHING);
}

describe.each([
  ['node', nodeEngine],
  ['browser', browserEngine],
] as const)('the %s engine on published layers', (_name, engine) => {
  it.each(layer.opened)('opens that of $encryption', (one) => {
    expect(fromUtf8(open(engine, one) ?? new Uint8Array())).toBe(layer.plaintext);
  });

  it.each(layer.refused)('opens none of $encryption that was altered: $sealed', (one) => {
    expect(open(engine, one)).toBeUndefined();
  });
});
