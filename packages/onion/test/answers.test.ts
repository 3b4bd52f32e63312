import { type Bytes, fromUtf8, toBase64, toHex, utf8 } from '@sotto/bytes';
import { x25519KeyPair } from '@sotto/crypto';
import { decodeLayerFrame, encodeLayerFrame } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeKeys, openServerRequest, peelLayer, readClientRequest } from '../src/index.ts';
import { LayerCipher } from '../src/layers/layer-cipher.ts';
import { build, exitOf, MINUTE, nodeAt, nodes, random, server, toServer, travel } from './_journey.ts';

describe('an answer', () => {
  /** The cipher that one hop of a built request shares with its client. */
  function cipherOf(body: Bytes, hop: number): LayerCipher {
    let layer = readClientRequest(body);
    for (let index = 0; index < hop; index++) {
      const peeled = peelLayer(layer, (nodes[index] as NodeKeys).x25519, random);
      if (peeled.outcome !== 'relay') throw new Error(peeled.outcome);
      layer = peeled.layer;
    }
    const keys = (nodes[hop] as NodeKeys).x25519;
    return LayerCipher.fromMaker(layer.encryption, layer.ephemeralKey, keys) as LayerCipher;
  }

  it('that a hop makes up is never the destination’s', () => {
    for (const wrap of [false, true]) {
      for (const destination of [nodeAt(), toServer]) {
        for (const hop of [0, 1, 2]) {
          const built = build({ destination, wrap });
          const cipher = cipherOf(built.body, hop);
          const forged = cipher.seal(utf8('{"body":"{}","status":200}'), random);
          expect(built.open(forged).outcome).toBe('unreadable');
          expect(built.open(cipher.seal(forged, random)).outcome).toBe('unreadable');
          expect(built.open(utf8(toBase64(forged)))).toEqual({
            outcome: 'refused',
            hop,
            status: 200,
            body: utf8('{}'),
          });
        }
      }
    }
  });

  it('of a hop that cannot read its layer names the hop, also through hops that wrap', () => {
    const built = build({ wrap: true });
    const cipher = cipherOf(built.body, 2);
    const text = utf8(toBase64(cipher.seal(utf8('{"body":"Invalid json","status":400}'), random)));
    const journey = travel(built.body);
    const [first, second] = journey.layers;
    if (first?.outcome !== 'relay' || second?.outcome !== 'relay') throw new Error('no relays');
    expect(built.open(first.wrap(second.wrap(text)))).toEqual({
      outcome: 'refused',
      hop: 2,
      status: 400,
      body: utf8('Invalid json'),
    });
  });

  it('is not the question sent back', () => {
    for (const destination of [nodeAt(), toServer]) {
      const built = build({ destination });
      const journey = travel(built.body);
      const exit = journey.layers.at(-1);
      const question =
        exit?.outcome === 'server' ? decodeLayerFrame(exit.forward).blob : (journey.links.at(-1) as Bytes);
      expect(built.open(question).outcome).toBe('unreadable');
      expect(built.open(built.body).outcome).toBe('unreadable');
    }
  });

  it('that was altered or belongs to another request is none', () => {
    const [built, other] = [build(), build()];
    const reply = exitOf(travel(built.body), 'destination').seal({ status: 200, body: utf8('{}') });
    expect(other.open(reply).outcome).toBe('unreadable');
    for (let at = 0; at < reply.length; at += 5) {
      const altered = reply.map((byte, index) => (index === at ? byte ^ 1 : byte));
      expect(built.open(altered).outcome).toBe('unreadable');
    }
  });

  it('never throws, whatever it is', () => {
    const built = build({ wrap: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(built.open(bytes).outcome).toBe('unreadable');
      }),
      { numRuns: 100 },
    );
    expect(built.open(new Uint8Array(12 * 1024 * 1024)).outcome).toBe('unreadable');
  });
});

describe('a server', () => {
  it('trusts only what was sealed for it with minute and padding', () => {
    const exit = exitOf(travel(build({ destination: toServer }).body), 'server');
    const { blob, json } = decodeLayerFrame(exit.forward);
    // The last hop can write into the JSON what it likes.
    const forward = encodeLayerFrame([blob], { ...(json as object), t: MINUTE + 60, pad: true });
    const opened = openServerRequest(forward, server, random);
    if (opened.outcome !== 'request') throw new Error(opened.outcome);
    expect(opened.minute).toBe(MINUTE);
    expect(opened.seal({ status: 200, headers: {}, body: utf8('') }).length).toBeLessThan(200);
  });

  it('says sealed that it was sent no request', () => {
    const ephemeral = x25519KeyPair(random(32));
    const cipher = LayerCipher.toRecipient('xchacha20', ephemeral, server.publicKey) as LayerCipher;
    const json = { ephemeral_key: toHex(ephemeral.publicKey), enc_type: 'xchacha20' };
    const body = encodeLayerFrame(cipher.sealInPieces(utf8('no list'), random), json);
    const opened = openServerRequest(body, server, random);
    if (opened.outcome !== 'refused') throw new Error(opened.outcome);
    expect(fromUtf8(cipher.open(opened.reply) as Bytes)).toBe('l25:{"code":400,"headers":{}}0:e');
    expect(openServerRequest(body, x25519KeyPair(random(32)), random).outcome).toBe('invalid-ciphertext');
  });
});
