import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { blake2b, x25519, x25519KeyPair, xchacha20Poly1305Open, xchacha20Poly1305Seal } from '@sotto/crypto';
import {
  buildOnionRequest,
  nodeKeysFromSeed,
  OnionError,
  openServerRequest,
  peelLayer,
  readClientRequest,
} from '@sotto/onion';
import {
  decodeLayerFrame,
  decodeNodeReply,
  decodeServerReply,
  decodeServerRequest,
  encodeLayerFrame,
  encodeNodeReply,
  encodeServerReply,
  encodeServerRequest,
  formatInnerLayer,
  formatOuterLayer,
  ProtocolError,
  parseInnerLayer,
  parseOuterLayer,
} from '@sotto/protocol';
import { Broken, type Target } from '../target.ts';
import { bodyTarget, counted, mustBeStable } from './kit.ts';

const JSON_SIDE = ['packages/protocol/src/onion/layer-json.ts'];
const FRAME = ['packages/protocol/src/onion/layer-frame.ts', ...JSON_SIDE];
const SERVER = ['packages/protocol/src/onion/server-message.ts', 'packages/bytes/src/bencode.ts'];
const WORDS = [
  'host',
  'target',
  'headers',
  'destination',
  'ephemeral_key',
  'enc_type',
  'hop_no',
  'port',
  'protocol',
  'base64',
  '/oxen/v4/lsrpc',
  'xchacha20',
  'aes-gcm',
];

const own = nodeKeysFromSeed(counted(32));
const maker = x25519KeyPair(counted(32, 4));
const minute = 29_833_333;
const rpc = utf8('{"method":"info","params":{}}');
const request = {
  method: 'POST',
  endpoint: '/v1/messages',
  headers: { 'content-type': 'text/plain' },
  body: counted(40),
};
const reply = { status: 200, headers: { 'content-type': 'text/plain' }, body: counted(40) };
const inner = [
  formatInnerLayer({ kind: 'destination', minute, json: true, base64: false, pad: true }),
  formatInnerLayer({
    kind: 'server',
    minute,
    protocol: 'https',
    host: 'relay.example',
    port: 443,
    target: '/oxen/v4/lsrpc',
    wrap: true,
  }),
  formatInnerLayer({
    kind: 'relay',
    next: counted(32),
    ephemeralKey: maker.publicKey,
    encryption: 'aes-gcm',
    wrap: false,
  }),
  { headers: '' },
];
const outer = formatOuterLayer({ ephemeralKey: maker.publicKey, encryption: 'xchacha20', hopNumber: 0 });
const frames = inner.map((json) => encodeLayerFrame([rpc], json));
const random = (length: number): Bytes => counted(length, length);

/** Seal as a client does, so that whatever stands inside gets through to who opens it (session-protocol §2.2). */
function sealTo(recipient: Bytes, plaintext: Bytes): Bytes {
  const shared = x25519(maker.secretKey, recipient);
  if (shared === undefined) throw new Error('not a key');
  const key = blake2b(32, concatBytes(shared, maker.publicKey, recipient));
  const nonce = counted(24);
  return concatBytes(nonce, xchacha20Poly1305Seal({ key, nonce, plaintext }));
}

/** Layers, requests and replies of the onion network, from outside and from inside their encryption. */
export const onionTargets: readonly Target[] = [
  {
    name: 'onion-frame',
    covers: FRAME,
    form: 'layer',
    refuses: [ProtocolError],
    words: WORDS,
    open: () => ({
      seeds: [...frames, encodeLayerFrame([counted(300)], outer)],
      read: (input) => {
        const { blob, json } = decodeLayerFrame(input);
        if (typeof json !== 'object' || json === null) return 'taken';
        return mustBeStable(
          blob,
          (one) => encodeLayerFrame([one], json),
          (bytes) => decodeLayerFrame(bytes).blob,
        );
      },
    }),
  },
  bodyTarget({
    name: 'onion-outer-json',
    covers: JSON_SIDE,
    seeds: [outer, { ephemeral_key: 'ab'.repeat(32) }],
    parse: parseOuterLayer,
    format: formatOuterLayer,
    words: WORDS,
  }),
  bodyTarget({
    name: 'onion-inner-json',
    covers: JSON_SIDE,
    seeds: inner,
    parse: parseInnerLayer,
    format: formatInnerLayer,
    words: WORDS,
  }),
  {
    name: 'onion-client-request',
    covers: [
      ...FRAME,
      'packages/onion/src/layers/read-client-request.ts',
      'packages/onion/src/layers/peel-layer.ts',
      'packages/onion/src/layers/layer-cipher.ts',
    ],
    form: 'layer',
    refuses: [OnionError],
    words: WORDS,
    open: () => ({
      seeds: frames.map((frame) => encodeLayerFrame([sealTo(own.x25519.publicKey, frame)], outer)),
      read: (input) =>
        peelLayer(readClientRequest(input), own.x25519, random).outcome === 'invalid-ciphertext'
          ? 'refused'
          : 'taken',
    }),
  },
  {
    name: 'onion-layer',
    covers: ['packages/onion/src/layers/peel-layer.ts', ...FRAME],
    form: 'layer',
    refuses: [],
    words: WORDS,
    open: () => ({
      seeds: frames,
      read: (input) => {
        const ciphertext = sealTo(own.x25519.publicKey, input);
        const layer = {
          ephemeralKey: maker.publicKey,
          encryption: 'xchacha20',
          ciphertext,
          hopNumber: 0,
        } as const;
        const peeled = peelLayer(layer, own.x25519, random);
        if (peeled.outcome === 'invalid-ciphertext')
          throw new Broken('what was sealed to a node does not open');
        if (peeled.outcome === 'destination') peeled.seal({ status: 200, body: utf8('{"t":1}') });
        return peeled.outcome === 'refused' ? 'refused' : 'taken';
      },
    }),
  },
  {
    name: 'onion-server-layer',
    covers: ['packages/onion/src/layers/open-server-request.ts', ...SERVER],
    form: 'bencode',
    refuses: [],
    open: () => ({
      seeds: [
        encodeServerRequest(request, { minute, pad: false }),
        encodeServerRequest({ method: 'GET', endpoint: '/', headers: {} }, { pad: false }),
      ],
      read: (input) => {
        const body = encodeLayerFrame([sealTo(own.x25519.publicKey, input)], outer);
        const opened = openServerRequest(body, own.x25519, random);
        if (opened.outcome === 'invalid-ciphertext')
          throw new Broken('what was sealed to a server does not open');
        if (opened.outcome === 'request') opened.seal(reply);
        return opened.outcome === 'request' ? 'taken' : 'refused';
      },
    }),
  },
  {
    name: 'onion-server-request',
    covers: SERVER,
    form: 'bencode',
    refuses: [ProtocolError],
    words: ['method', 'endpoint', 'headers', '__proto__', 'pad', 't'],
    open: () => ({
      seeds: [
        encodeServerRequest(request, { minute, pad: true }),
        encodeServerRequest(request, { minute, pad: false }),
        encodeServerRequest({ method: 'GET', endpoint: '/', headers: {} }, { pad: false }),
      ],
      read: (input) => {
        const read = decodeServerRequest(input);
        const plain = { ...read, terms: { ...read.terms, pad: false } };
        return mustBeStable(plain, (one) => encodeServerRequest(one.request, one.terms), decodeServerRequest);
      },
    }),
  },
  {
    name: 'onion-server-reply',
    covers: SERVER,
    form: 'bencode',
    refuses: [ProtocolError],
    words: ['code', 'headers', '__proto__'],
    open: () => ({
      seeds: [encodeServerReply(reply, true), encodeServerReply({ ...reply, headers: {} }, false)],
      read: (input) =>
        mustBeStable(decodeServerReply(input), (one) => encodeServerReply(one, false), decodeServerReply),
    }),
  },
  {
    name: 'onion-node-reply',
    covers: ['packages/protocol/src/onion/node-reply.ts'],
    form: 'json',
    refuses: [ProtocolError],
    words: ['body', 'status'],
    open: () => ({
      seeds: [
        encodeNodeReply({ status: 200, body: utf8('{"t":1}') }, true),
        encodeNodeReply({ status: 421, body: utf8('moved') }, false),
      ],
      read: (input) =>
        mustBeStable(decodeNodeReply(input), (one) => encodeNodeReply(one, false), decodeNodeReply),
    }),
  },
  {
    name: 'onion-answer',
    covers: ['packages/onion/src/layers/open-reply.ts', 'packages/protocol/src/onion/node-reply.ts'],
    form: 'bytes',
    refuses: [],
    open: () => {
      const path = [own, nodeKeysFromSeed(counted(32, 2)), nodeKeysFromSeed(counted(32, 3))].map(
        ({ ed25519, x25519: keys }) => ({
          ed25519: ed25519.publicKey,
          x25519: keys.publicKey,
        }),
      );
      const destination = { kind: 'node', hop: path[2] as (typeof path)[number], rpc } as const;
      const built = buildOnionRequest({
        path: path.slice(0, 2),
        destination,
        encryption: 'xchacha20',
        now: minute * 60_000,
        pad: false,
        wrap: true,
        random,
      });
      return {
        seeds: [encodeNodeReply({ status: 200, body: utf8('{}') }, true), utf8('AAAA'), counted(200)],
        // Nobody here has the keys of the layers, so nothing may open.
        read: (input) => {
          if (built.open(input).outcome !== 'unreadable') throw new Broken('an answer of nobody opens');
          return 'refused';
        },
      };
    },
  },
  {
    name: 'onion-answer-inside',
    covers: [
      'packages/onion/src/layers/open-reply.ts',
      'packages/protocol/src/onion/node-reply.ts',
      'packages/protocol/src/onion/server-message.ts',
    ],
    form: 'json',
    refuses: [],
    open: () => {
      const path = [{ ed25519: own.ed25519.publicKey, x25519: own.x25519.publicKey }];
      const destination = { kind: 'node', hop: path[0] as (typeof path)[number], rpc } as const;
      const built = buildOnionRequest({
        path,
        destination,
        encryption: 'xchacha20',
        now: 0,
        pad: false,
        wrap: false,
        random: counter(),
      });
      const key = destinationKey(built.body);
      return {
        seeds: [
          encodeNodeReply({ status: 200, body: utf8('{"t":1}') }, true),
          encodeNodeReply({ status: 421, body: utf8('x') }, false),
        ],
        read: (input) => {
          const nonce = counted(24);
          const opened = built.open(
            concatBytes(nonce, xchacha20Poly1305Seal({ key, nonce, plaintext: input })),
          );
          return opened.outcome === 'opened' ? 'taken' : 'refused';
        },
      };
    },
  },
];

/** Random bytes of which no two are the same, so that each layer has a key of its own. */
function counter(): (length: number) => Bytes {
  let calls = 0;
  return (length) => counted(length, ++calls * 31);
}

/** The key of the innermost layer, as the node that is asked derives it. */
function destinationKey(body: Bytes): Bytes {
  const peeled = peelLayer(readClientRequest(body), own.x25519, random);
  if (peeled.outcome !== 'relay') throw new Error(`a request of ours is ${peeled.outcome}`);
  const { ephemeralKey, ciphertext } = peeled.layer;
  const shared = x25519(own.x25519.secretKey, ephemeralKey);
  if (shared === undefined) throw new Error('not a key');
  const key = blake2b(32, concatBytes(shared, ephemeralKey, own.x25519.publicKey));
  const opened = xchacha20Poly1305Open({
    key,
    nonce: ciphertext.subarray(0, 24),
    ciphertext: ciphertext.subarray(24),
  });
  if (opened === undefined) throw new Error('the key of the innermost layer is another');
  return key;
}
