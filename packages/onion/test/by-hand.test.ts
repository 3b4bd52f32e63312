import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers-sumo';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildOnionRequest,
  type NodeKeys,
  nodeKeysFromSeed,
  openServerRequest,
  peelLayer,
  readClientRequest,
} from '../src/index.ts';

/**
 * Requests built and opened by the protocol reference (session-protocol §2.1, §2.2, §2.4, §2.5) with
 * libsodium and node:crypto alone: nothing here comes from our own packages but the functions tested.
 */

type EncType = 'aes-gcm' | 'xchacha20';

interface Sealed {
  readonly blob: Buffer;
  readonly ephemeral_key: string;
  readonly enc_type: EncType;
  readonly key: Buffer;
}

function deriveKey(type: EncType, shared: Uint8Array, client: Uint8Array, recipient: Uint8Array): Buffer {
  if (type === 'aes-gcm')
    return Buffer.from(createHmac('sha256', Buffer.from('LOKI')).update(shared).digest());
  return Buffer.from(sodium.crypto_generichash(32, Buffer.concat([shared, client, recipient]), null));
}

function encrypt(type: EncType, key: Buffer, plaintext: Buffer): Buffer {
  if (type === 'aes-gcm') {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }
  const nonce = randomBytes(24);
  const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key);
  return Buffer.concat([nonce, sealed]);
}

function decrypt(type: EncType, key: Buffer, bytes: Uint8Array): Buffer {
  const all = Buffer.from(bytes);
  if (type === 'aes-gcm') {
    const cipher = createDecipheriv('aes-256-gcm', key, all.subarray(0, 12), { authTagLength: 16 });
    cipher.setAuthTag(all.subarray(-16));
    return Buffer.concat([cipher.update(all.subarray(12, -16)), cipher.final()]);
  }
  const [nonce, body] = [all.subarray(0, 24), all.subarray(24)];
  return Buffer.from(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, body, null, nonce, key));
}

function seal(type: EncType, recipient: Uint8Array, plaintext: Buffer): Sealed {
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  const key = deriveKey(type, sodium.crypto_scalarmult(privateKey, recipient), publicKey, recipient);
  const ephemeral_key = Buffer.from(publicKey).toString('hex');
  return { blob: encrypt(type, key, plaintext), ephemeral_key, enc_type: type, key };
}

function frame(blob: Buffer, json: object | string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(blob.length);
  return Buffer.concat([length, blob, Buffer.from(typeof json === 'string' ? json : JSON.stringify(json))]);
}

function unframe(bytes: Buffer): { readonly blob: Buffer; readonly json: Record<string, unknown> } {
  const end = 4 + bytes.readUInt32LE(0);
  return { blob: bytes.subarray(4, end), json: JSON.parse(bytes.subarray(end).toString()) };
}

function plain(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

const random = (length: number) => plain(randomBytes(length));
const RPC = '{"method":"retrieve","params":{"pubkey":"05ab"}}';

describe.each<EncType>(['aes-gcm', 'xchacha20'])('by hand with %s', (type) => {
  let nodes: readonly NodeKeys[];
  let server: { publicKey: Uint8Array; privateKey: Uint8Array };

  beforeAll(async () => {
    await sodium.ready;
    nodes = [1, 2, 3, 4].map((byte) => nodeKeysFromSeed(new Uint8Array(32).fill(byte)));
    server = sodium.crypto_box_keypair();
  });

  function node(index: number): NodeKeys {
    return nodes[index] as NodeKeys;
  }

  /** Wrap what is for node 3, or for a server, into three hops. */
  function wrapForPath(
    inmost: Sealed,
    lastJson: object,
  ): { readonly body: Buffer; readonly keys: readonly Buffer[] } {
    let outer = inmost;
    const keys: Buffer[] = [];
    for (const index of [2, 1, 0]) {
      const { blob, ephemeral_key, enc_type } = outer;
      const next = { destination: Buffer.from(node(index + 1).ed25519.publicKey).toString('hex') };
      const json = { ...(index === 2 ? lastJson : next), ephemeral_key, enc_type };
      outer = seal(type, node(index).x25519.publicKey, frame(blob, json));
      keys.unshift(outer.key);
    }
    const { ephemeral_key, enc_type } = outer;
    return { body: frame(outer.blob, { ephemeral_key, enc_type }), keys };
  }

  it('a request to a node is read by our nodes, and their answer by hand', () => {
    const inmost = seal(type, node(3).x25519.publicKey, frame(Buffer.from(RPC), { headers: '' }));
    const destination = Buffer.from(node(3).ed25519.publicKey).toString('hex');
    const { body } = wrapForPath(inmost, { destination });
    let layer = readClientRequest(plain(body));
    for (const index of [0, 1, 2]) {
      const peeled = peelLayer(layer, node(index).x25519, random);
      if (peeled.outcome !== 'relay') throw new Error(peeled.outcome);
      expect(Buffer.from(peeled.next)).toEqual(Buffer.from(node(index + 1).ed25519.publicKey));
      expect(peeled.wrap(random(5))).toHaveLength(5);
      layer = peeled.layer;
    }
    const peeled = peelLayer(layer, node(3).x25519, random);
    if (peeled.outcome !== 'destination') throw new Error(peeled.outcome);
    expect(Buffer.from(peeled.rpc).toString()).toBe(RPC);
    const reply = peeled.seal({ status: 200, body: plain(Buffer.from('{"t":5}')) });
    const text = decrypt(type, inmost.key, Buffer.from(Buffer.from(reply).toString(), 'base64')).toString();
    expect(JSON.parse(text)).toEqual({ status: 200, body: '{"t":5}' });
  });

  it('a request to a server is read by our servers, and their answer by hand', () => {
    const head = '{"method":"POST","endpoint":"/x","headers":{"a":"b"}}';
    const list = Buffer.from(`l${head.length}:${head}4:bodye`);
    const inmost = seal(type, server.publicKey, list);
    const { body } = wrapForPath(inmost, { host: 'h.example', target: '/oxen/v4/lsrpc', method: 'POST' });
    let layer = readClientRequest(plain(body));
    for (const index of [0, 1]) {
      const peeled = peelLayer(layer, node(index).x25519, random);
      if (peeled.outcome !== 'relay') throw new Error(peeled.outcome);
      layer = peeled.layer;
    }
    const exit = peelLayer(layer, node(2).x25519, random);
    if (exit.outcome !== 'server') throw new Error(exit.outcome);
    expect(exit).toMatchObject({ protocol: 'https', host: 'h.example', port: 443, target: '/oxen/v4/lsrpc' });
    const keys = {
      publicKey: new Uint8Array(server.publicKey),
      secretKey: new Uint8Array(server.privateKey),
    };
    const opened = openServerRequest(exit.forward, keys, random);
    if (opened.outcome !== 'request') throw new Error(opened.outcome);
    expect(opened.request).toEqual({
      method: 'POST',
      endpoint: '/x',
      headers: { a: 'b' },
      body: plain(Buffer.from('body')),
    });
    const reply = opened.seal({ status: 200, headers: {}, body: plain(Buffer.from('raw')) });
    expect(decrypt(type, inmost.key, reply).toString()).toBe('l25:{"code":200,"headers":{}}3:rawe');
  });

  it('our request is opened hop by hop, and its answer is read', () => {
    const hops = nodes.map((keys) => ({ ed25519: keys.ed25519.publicKey, x25519: keys.x25519.publicKey }));
    const [a, b, c, d] = hops as [(typeof hops)[0], (typeof hops)[0], (typeof hops)[0], (typeof hops)[0]];
    const built = buildOnionRequest({
      path: [a, b, c],
      destination: { kind: 'node', hop: d, rpc: plain(Buffer.from(RPC)) },
      encryption: type,
      now: 60_000 * 29_000_000,
      pad: true,
      wrap: true,
      random,
    });
    let { blob, json } = unframe(Buffer.from(built.body));
    const keys: Buffer[] = [];
    for (const index of [0, 1, 2, 3]) {
      expect(json['enc_type']).toBe(type);
      const ephemeral = Buffer.from(json['ephemeral_key'] as string, 'hex');
      const { publicKey, secretKey } = node(index).x25519;
      const key = deriveKey(type, sodium.crypto_scalarmult(secretKey, ephemeral), ephemeral, publicKey);
      keys.push(key);
      ({ blob, json } = unframe(decrypt(type, key, blob)));
      expect(json['t']).toBe(29_000_000);
      if (index === 3) continue;
      expect(json['wrap']).toBe(true);
      expect(json['destination']).toBe(Buffer.from(node(index + 1).ed25519.publicKey).toString('hex'));
    }
    expect(json).toEqual({ headers: '', base64: false, pad: true, t: 29_000_000 });
    expect(blob.toString()).toBe(RPC.padEnd(4_096));
    let reply = encrypt(type, keys[3] as Buffer, Buffer.from('{"status":200,"body":{"t":5}}'));
    // The second hop is of another make and wraps nothing.
    for (const index of [2, 0]) reply = encrypt(type, keys[index] as Buffer, reply);
    expect(built.open(reply)).toEqual({
      outcome: 'opened',
      status: 200,
      headers: {},
      body: plain(Buffer.from('{"t":5}')),
    });
  });
});
