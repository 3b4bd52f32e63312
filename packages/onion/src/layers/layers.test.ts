import { type Bytes, equalBytes, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '@sotto/bytes';
import { type X25519KeyPair, x25519KeyPair } from '@sotto/crypto';
import { decodeLayerFrame, type EncryptionType, encodeLayerFrame, paddedSize } from '@sotto/protocol';
import { createSeededRandom } from '@sotto/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OnionError } from '../errors.ts';
import type { IncomingLayer, OnionDestination, OnionHop, OnionRequest, PeeledLayer } from '../types.ts';
import { buildOnionRequest } from './build-onion-request.ts';
import { isTimely } from './is-timely.ts';
import { LayerCipher } from './layer-cipher.ts';
import { type NodeKeys, nodeKeysFromSeed } from './node-keys.ts';
import { openServerRequest } from './open-server-request.ts';
import { peelLayer } from './peel-layer.ts';
import { readClientRequest } from './read-client-request.ts';

const source = createSeededRandom(7);
const random = (length: number) => source.bytes(length);
const NOW = 1_754_000_000_000;
const MINUTE = Math.floor(NOW / 60_000);
const ENCRYPTIONS = ['aes-gcm', 'xchacha20'] as const;

const nodes = Array.from({ length: 9 }, () => nodeKeysFromSeed(random(32)));
const nodeBy = new Map(nodes.map((keys) => [String(keys.ed25519.publicKey), keys]));
const target = nodes[8] as NodeKeys;
const server = x25519KeyPair(random(32));
const RPC = utf8('{"method":"info","params":{}}');

function hopOf(keys: NodeKeys): OnionHop {
  return { ed25519: keys.ed25519.publicKey, x25519: keys.x25519.publicKey };
}

function pathOf(hops: number): readonly OnionHop[] {
  return nodes.slice(0, hops).map(hopOf);
}

function nodeAt(rpc: Bytes = RPC): OnionDestination {
  return { kind: 'node', hop: hopOf(target), rpc };
}

const toServer = {
  kind: 'server',
  protocol: 'https',
  host: 'relay.example',
  port: 8443,
  x25519: server.publicKey,
  request: { method: 'POST', endpoint: '/v1/x?y=z', headers: { 'x-a': 'b' }, body: utf8('body') },
} as const satisfies OnionDestination;

function build(changes: Partial<OnionRequest> = {}) {
  const common = { encryption: 'xchacha20', now: NOW, pad: false, wrap: false, random } as const;
  return buildOnionRequest({ path: pathOf(3), destination: nodeAt(), ...common, ...changes });
}

type Opened = Exclude<PeeledLayer, { readonly outcome: 'invalid-ciphertext' | 'refused' }>;

interface Journey {
  /** What each hop has opened, the exit's last. */
  readonly layers: readonly Opened[];
  /** The bytes on each link, the client's first. */
  readonly links: readonly Bytes[];
  /** The answer on each link of the way back, the client's last. */
  back(reply: Bytes): readonly Bytes[];
}

/** Carry a body from hop to hop as nodes do; the hops of these indices wrap no reply. */
function travel(body: Bytes, plain: ReadonlySet<number> = new Set()): Journey {
  const [layers, links]: [Opened[], Bytes[]] = [[], [body]];
  let layer = readClientRequest(body);
  let keys = nodes[0] as NodeKeys;
  for (;;) {
    const peeled = peelLayer(layer, keys.x25519, random);
    if (peeled.outcome === 'invalid-ciphertext' || peeled.outcome === 'refused')
      throw new Error(peeled.outcome);
    layers.push(peeled);
    if (peeled.outcome !== 'relay') break;
    layer = peeled.layer;
    links.push(layer.ciphertext);
    keys = nodeBy.get(String(peeled.next)) as NodeKeys;
  }
  const back = (reply: Bytes) => {
    const answers = [reply];
    for (const [index, one] of [...layers.entries()].reverse()) {
      const last = answers.at(-1) as Bytes;
      if (one.outcome !== 'destination') answers.push(plain.has(index) ? last : one.wrap(last));
    }
    return answers;
  };
  return { layers, links, back };
}

function exitOf<Outcome extends Opened['outcome']>(journey: Journey, outcome: Outcome) {
  const last = journey.layers.at(-1);
  if (last?.outcome !== outcome) throw new Error(`the exit is ${last?.outcome}`);
  return last as Extract<Opened, { readonly outcome: Outcome }>;
}

function homeOf(answers: readonly Bytes[]): Bytes {
  return answers.at(-1) as Bytes;
}

const anyRequest = fc.record({
  hops: fc.integer({ min: 1, max: 7 }),
  encryption: fc.constantFrom<EncryptionType>(...ENCRYPTIONS),
  pad: fc.boolean(),
  wrap: fc.boolean(),
  plain: fc.uniqueArray(fc.nat({ max: 6 })).map((indices) => new Set(indices)),
  size: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 20_000 })),
});

describe('an onion request', () => {
  it('reaches a node and brings its answer back, whatever the path and whoever wraps', () => {
    fc.assert(
      fc.property(anyRequest, ({ hops, encryption, pad, wrap, plain, size }) => {
        const rpc = utf8(`{"method":"x","params":{"d":"${'d'.repeat(size)}"}}`);
        const built = build({ path: pathOf(hops), destination: nodeAt(rpc), encryption, pad, wrap });
        const journey = travel(built.body, plain);
        const { layers } = journey;
        expect(layers.map((layer) => layer.outcome)).toEqual([...Array(hops).fill('relay'), 'destination']);
        expect(layers.map((layer) => layer.minute)).toEqual(Array(hops + 1).fill(MINUTE));
        expect(new Set(layers.map((layer) => String(layer.replayTag))).size).toBe(hops + 1);
        const exit = exitOf(journey, 'destination');
        expect(fromUtf8(exit.rpc).trimEnd()).toBe(fromUtf8(rpc));
        const body = utf8(`{"m":"${'ü'.repeat(size)}"}`);
        const opened = built.open(homeOf(journey.back(exit.seal({ status: 200, body }))));
        expect(opened).toEqual({ outcome: 'opened', status: 200, headers: {}, body });
      }),
      { numRuns: 40 },
    );
  });

  it('reaches a server and brings its answer back, whatever the path and whoever wraps', () => {
    fc.assert(
      fc.property(anyRequest, ({ hops, encryption, pad, wrap, plain, size }) => {
        const request = { ...toServer.request, body: new Uint8Array(size).fill(size) };
        const destination = { ...toServer, request };
        const built = build({ path: pathOf(hops), destination, encryption, pad, wrap });
        const journey = travel(built.body, plain);
        const exit = exitOf(journey, 'server');
        const { protocol, host, port, target: at } = exit;
        expect({ protocol, host, port, at, minute: exit.minute }).toEqual({
          protocol: 'https',
          host: 'relay.example',
          port: 8443,
          at: '/oxen/v4/lsrpc',
          minute: MINUTE,
        });
        const opened = openServerRequest(exit.forward, server, random);
        if (opened.outcome !== 'request') throw new Error(opened.outcome);
        expect({ request: opened.request, minute: opened.minute }).toEqual({ request, minute: MINUTE });
        const reply = { status: 404, headers: { 'x-b': 'c' }, body: new Uint8Array(size) };
        const answer = built.open(homeOf(journey.back(opened.seal(reply))));
        expect(answer).toEqual({ outcome: 'opened', ...reply });
      }),
      { numRuns: 40 },
    );
  });

  it('counts its hops', () => {
    const { layers } = travel(build({ path: pathOf(3) }).body);
    const numbers = layers.map((layer) => (layer.outcome === 'relay' ? layer.layer.hopNumber : undefined));
    expect(numbers).toEqual([1, 2, 3, undefined]);
  });

  it.each([0, 8])('has no path of %i hops', (hops) => {
    const path = Array.from({ length: hops }, () => hopOf(target));
    expect(() => build({ path })).toThrow(expect.objectContaining({ code: 'bad-path' }));
  });

  it('is not encrypted to a key that would tell everybody', () => {
    const path = [...pathOf(2), { ...hopOf(target), x25519: new Uint8Array(32) }];
    expect(() => build({ path })).toThrow(expect.objectContaining({ name: 'OnionError', code: 'bad-key' }));
  });
});

describe('sizes on the wire', () => {
  it.each(ENCRYPTIONS)('are few with %s, for requests and for replies', (encryption) => {
    for (const wrap of [false, true]) {
      const [requests, replies] = [new Map<number, Set<number>>(), new Map<number, Set<number>>()];
      for (const size of [29, 700, 4_095, 4_096, 4_097, 32_768, 32_769, 114_688]) {
        const rpc = utf8('{}'.padEnd(size));
        const built = build({ destination: nodeAt(rpc), encryption, pad: true, wrap });
        const journey = travel(built.body);
        const exit = exitOf(journey, 'destination');
        expect(exit.rpc.length).toBe(paddedSize(size));
        note(requests, exit.rpc.length, built.body.length);
        // Beside the body stand status and quotes.
        const body = utf8('x'.repeat(size - 24));
        const home = homeOf(journey.back(exit.seal({ status: 200, body })));
        note(replies, paddedSize(size), home.length);
      }
      for (const sizes of [...requests.values(), ...replies.values()]) expect(sizes.size).toBe(1);
      expect([...requests.keys()]).toEqual([4_096, 32_768, 114_688]);
    }
  });

  it('are those of the filled text also for servers', () => {
    const lengths = [0, 1, 500, 3_000].map((length) => {
      const request = { ...toServer.request, body: new Uint8Array(length) };
      const built = build({ destination: { ...toServer, request }, pad: true });
      const exit = exitOf(travel(built.body), 'server');
      const opened = openServerRequest(exit.forward, server, random);
      if (opened.outcome !== 'request') throw new Error(opened.outcome);
      const reply = opened.seal({ status: 200, headers: {}, body: new Uint8Array(length) });
      return `${built.body.length} ${reply.length}`;
    });
    expect(new Set(lengths).size).toBe(1);
  });

  it('have no bytes in common from link to link when hops wrap', () => {
    const built = build({ wrap: true, pad: true });
    const journey = travel(built.body);
    const answers = journey.back(exitOf(journey, 'destination').seal({ status: 200, body: utf8('{}') }));
    for (const links of [journey.links, answers]) {
      for (const [index, one] of links.entries()) {
        for (const other of links.slice(index + 1)) expect(shareBytes(one, other)).toBe(false);
      }
    }
    expect(answers).toHaveLength(4);
  });

  function note(sizes: Map<number, Set<number>>, text: number, wire: number): void {
    sizes.set(text, (sizes.get(text) ?? new Set()).add(wire));
  }

  /** Whether 16 bytes of one stand in the other. */
  function shareBytes(one: Bytes, other: Bytes): boolean {
    const seen = new Set<string>();
    for (let at = 0; at + 16 <= one.length; at++) seen.add(String(one.subarray(at, at + 16)));
    for (let at = 0; at + 16 <= other.length; at++) {
      if (seen.has(String(other.subarray(at, at + 16)))) return true;
    }
    return false;
  }
});

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
