import { createServer, type Server } from 'node:https';
import {
  type Bencodable,
  type BencodedValue,
  type Bytes,
  concatBytes,
  decodeBencoded,
  encodeBencoded,
  fromHex,
  fromUtf8,
  toBase64,
  toHex,
  utf8,
} from '@sotto/bytes';
import {
  blake2b,
  ed25519KeyPair,
  ed25519Sign,
  ed25519Verify,
  randomBytes,
  x25519KeyPair,
} from '@sotto/crypto';
import type { OnionRequest } from '@sotto/onion';
import { type Conversation, type CurveKeys, OxenMq } from '@sotto/oxenmq';
import { encodeLayerFrame, messageHashInput, messageHashText } from '@sotto/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../src/data/certificate.ts';
import { readNode } from '../src/data/node-keys.ts';
import { startNode } from '../src/index.ts';
import {
  AT_ONCE,
  buildFor,
  createNetwork,
  createOwner,
  membersFor,
  nodeDestination,
  type Owner,
  post,
  retrieveParams,
  rpc,
  signedStore,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';

/**
 * OxenMQ by real sockets. Nodes of ours whose listed HTTPS port answers like an original node's, without HTTP/2 and
 * links, are to the others what an original node is.
 */

let network: TestNetwork;
let ours: TestNode;
let originals: readonly [TestNode, TestNode];
const doors: Server[] = [];
const clients: OxenMq[] = [];

beforeAll(async () => {
  network = await createNetwork([3], { omq: true });
  const [one, two, three] = network.nodes;
  if (one === undefined || two === undefined || three === undefined) throw new Error('no nodes');
  [ours, originals] = [one, [two, three]];
  for (const node of network.nodes) await network.stop(node);
  for (const node of originals) await startLikeOriginal(node);
  await network.start(ours);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(async () => {
  for (const door of doors) door.close();
  await network.close();
});

async function startLikeOriginal(node: TestNode): Promise<void> {
  const { certificate, privateKey } = readCertificate(node.data);
  const door = createServer({ cert: certificate, key: privateKey }, (_, response) => {
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => door.listen(node.httpsPort, node.ip, resolve));
  doors.push(door);
  node.running = await startNode({
    data: node.data,
    listen: { host: node.ip, port: node.httpsPort + 1 },
    directory: network.file,
    now: () => Date.now() + network.ahead,
  });
}

const times = (node: TestNode, event: keyof ReturnType<typeof totals>): number => totals(node)[event] ?? 0;
function totals(node: TestNode) {
  if (node.running === undefined) throw new Error('not running');
  return node.running.events.totals();
}

const ASK = { timeout: 10_000, maxReply: 11_000_000 };

/** A connection to a node, with these keys or fresh ones. `heard` gets what it tells without being asked. */
async function connect(
  node: TestNode,
  keys: CurveKeys = freshKeys(),
  heard: Bytes[] = [],
): Promise<Conversation> {
  const client = await OxenMq.open({
    keys,
    categories: {
      notify: {
        access: 'anybody',
        find: () => undefined,
        hear: (command) => {
          if (command !== 'message') return undefined;
          return ([dict]) => {
            if (dict !== undefined) heard.push(dict);
          };
        },
      },
    },
    isNode: () => false,
    isNodeAddress: () => true,
    count: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  clients.push(client);
  const conversation = await client.dial({
    ...{ host: node.ip, port: node.omqPort, key: node.x25519, timeout: 10_000 },
  });
  if (conversation === undefined) throw new Error('no connection');
  return conversation;
}

function freshKeys(): CurveKeys {
  return x25519KeyPair(randomBytes(32));
}

function keysOf(node: TestNode): CurveKeys {
  const keys = readNode(node.data)?.keys;
  if (keys === undefined) throw new Error('no keys');
  return { publicKey: keys.x25519, secretKey: keys.x25519Secret.expose() };
}

async function ask(
  conversation: Conversation,
  command: string,
  ...data: Uint8Array[]
): Promise<readonly Bytes[]> {
  const answer = await conversation.ask(command, data, ASK);
  if (answer.outcome !== 'answered') throw new Error(`${command}: ${JSON.stringify(answer)}`);
  return answer.data;
}

async function askText(
  conversation: Conversation,
  command: string,
  ...data: Uint8Array[]
): Promise<string[]> {
  return (await ask(conversation, command, ...data)).map(fromUtf8);
}

const LIMITS = { depth: 8, values: 10_000 };
function dictOf(bytes: Bytes | undefined): ReadonlyMap<string, BencodedValue> {
  const value = bytes === undefined ? undefined : decodeBencoded(bytes, LIMITS);
  if (!(value instanceof Map)) throw new Error('no dict');
  return value;
}

async function through(
  path: readonly TestNode[],
  end: TestNode,
  method: string,
  params: object,
  over?: Partial<OnionRequest>,
) {
  const [guard] = path;
  if (guard === undefined) throw new Error('no path');
  const built = buildFor(path, nodeDestination(end, method, params), over);
  const answer = await post(guard, '/onion_req/v2', built.body);
  if (answer.status !== 200) return { http: answer.status, text: answer.text };
  const opened = built.open(answer.bytes);
  if (opened.outcome !== 'opened') throw new Error(opened.outcome);
  return { http: 200, status: opened.status, body: JSON.parse(fromUtf8(opened.body)) };
}

describe('a path with original nodes', () => {
  it.each(['xchacha20', 'aes-gcm'] as const)(
    'carries requests there, on and back: %s',
    async (encryption) => {
      const owner = createOwner();
      const [one, two] = originals;
      const stored = await through([ours, one], two, 'store', storeParams(owner, 'hello'), { encryption });
      expect(stored).toMatchObject({ http: 200, status: 200 });
      const read = await through([ours, one], two, 'retrieve', retrieveParams(owner), { encryption });
      expect(textOf(read.body)).toEqual(['hello']);
      expect(times(ours, 'omq-opened')).toBeGreaterThan(0);
      expect(times(one, 'omq-opened')).toBeGreaterThan(0);
      expect(times(two, 'link-accepted')).toBe(0);
    },
  );

  it('names the node that is not there', async () => {
    const [one, two] = originals;
    const stranger = await network.outsider();
    expect(await through([ours, one, stranger], two, 'info', {})).toEqual({
      http: 502,
      text: `Next node not found: ${stranger.key}`,
    });
  });

  it('ends after as many hops as any', async () => {
    const [one, two] = originals;
    const built = buildFor([ours, one], nodeDestination(two, 'info', {}));
    const conversation = await connect(one, keysOf(ours));
    const layer = buildFor([one], nodeDestination(two, 'info', {}));
    expect(built.body.length).toBeGreaterThan(layer.body.length);
    const data = randomBytes(64);
    const dict = (hop_no: number) =>
      encodeBencoded({ data, enc_type: 'xchacha20', ephemeral_key: randomBytes(32), hop_no });
    expect(await askText(conversation, 'sn.onion_request', dict(16))).toEqual([
      '400',
      'onion request max path length exceeded',
    ]);
    expect(await askText(conversation, 'sn.onion_request', dict(15))).toEqual(['400', 'Invalid ciphertext']);
  });
});

describe('a swarm with original nodes', () => {
  it('stores at all of them, whose signatures hold, and deletes and lengthens there', async () => {
    const owner = createOwner();
    const stored = await rpc(ours, 'store', storeParams(owner, 'one'));
    expect(stored.status).toBe(200);
    const entries = Object.entries(stored.body.swarm ?? {});
    expect(entries).toHaveLength(3);
    for (const [key, { hash, signature }] of entries) {
      expect(hash).toBe(stored.body.hash);
      const bytes = Uint8Array.from(Buffer.from(signature ?? '', 'base64'));
      expect(ed25519Verify(fromHex(key), utf8(hash ?? ''), bytes)).toBe(true);
    }
    const again = await rpc(ours, 'store', storeParams(owner, 'one'));
    expect(Object.values(again.body.swarm ?? {}).map(({ already }) => already)).toEqual([true, true, true]);

    const hash = stored.body.hash ?? '';
    const expiry = Date.now() + 20 * 86_400_000;
    const signed = { pubkey: owner.pubkey, messages: [hash] };
    const longer = await rpc(ours, 'expire', {
      ...signed,
      expiry,
      signature: owner.sign(`expire${expiry}${hash}`),
    });
    expect(Object.values(longer.body.swarm ?? {}).map(({ updated }) => updated)).toEqual([
      [hash],
      [hash],
      [hash],
    ]);
    const gone = await rpc(ours, 'delete', { ...signed, signature: owner.sign(`delete${hash}`) });
    expect(Object.values(gone.body.swarm ?? {}).map(({ deleted }) => deleted)).toEqual([
      [hash],
      [hash],
      [hash],
    ]);
    const conversation = await connect(originals[0]);
    const read = await askText(conversation, 'storage.retrieve', json(retrieveParams(owner)));
    expect(textOf(JSON.parse(read[0] ?? ''))).toEqual([]);
  });

  it('verifies what another member passes on as if it came from its owner', async () => {
    const conversation = await connect(originals[0], keysOf(ours));
    const owner = createOwner();
    const params = {
      ...{ pubkey: fromHex(owner.pubkey), namespace: 2, data: utf8('forged') },
      ...{
        timestamp: Date.now(),
        expiry: Date.now() + 60_000,
        sig_timestamp: Date.now(),
        signature: randomBytes(64),
      },
    };
    const forged = await askText(conversation, 'sn.storage_cc', utf8('store'), encodeBencoded(params));
    expect(forged).toEqual(['401', 'store signature verification failed']);
    const open = encodeBencoded({ ...params, namespace: 40, signature: undefined, sig_timestamp: undefined });
    const [entry] = await ask(conversation, 'sn.storage_cc', utf8('store'), open);
    expect([...dictOf(entry).keys()]).toEqual(['expiry', 'hash', 'signature']);
    expect((dictOf(entry).get('signature') as Bytes).length).toBe(64);
    const [status] = await askText(conversation, 'sn.storage_cc', utf8('retrieve'), encodeBencoded({}));
    expect(status).toBe('400');
  });

  it('does not wait for one that has gone, and finds it again', async () => {
    const [, two] = originals;
    const owner = createOwner();
    await rpc(ours, 'store', storeParams(owner, 'before'));
    await network.stop(two);
    await until('lost', async () => {
      const began = Date.now();
      const { body } = await rpc(ours, 'store', storeParams(owner, `while ${began}`));
      return body.swarm?.[two.key]?.failed === true && Date.now() - began < AT_ONCE;
    });
    doors.pop()?.close();
    await startLikeOriginal(two);
    await until('back', async () => {
      const { body } = await rpc(ours, 'store', storeParams(owner, `after ${Date.now()}`));
      return body.swarm?.[two.key]?.signature !== undefined;
    });
  });
});

const json = (params: object) => utf8(JSON.stringify(params));

describe('what nodes ask each other', () => {
  it('is answered to nobody else', async () => {
    const conversation = await connect(ours);
    for (const command of ['ping', 'onion_request', 'storage_cc', 'data', 'storage_test']) {
      expect(await conversation.ask(`sn.${command}`, [], ASK)).toEqual({
        outcome: 'refused',
        refusal: 'FORBIDDEN_SN',
      });
    }
  });

  it('is whether it lives, and tests of what a chain’s blocks say, which there is none of', async () => {
    const conversation = await connect(ours, keysOf(originals[0]));
    expect(await askText(conversation, 'sn.ping')).toEqual(['pong']);
    const test = (...parts: string[]) => askText(conversation, 'sn.storage_test', ...parts.map(utf8));
    expect(await test('1')).toEqual(['invalid parameters']);
    expect(await test('0', 'h'.repeat(64))).toEqual(['invalid height']);
    expect(await test('7', 'h'.repeat(63))).toEqual(['invalid msg hash']);
    expect(await test('7', 'h'.repeat(64))).toEqual(['other']);
  });

  it.each([
    ['nothing', []],
    ['two parts', ['d4:datae', 'x']],
    ['no dictionary', ['le']],
    ['no key', ['d4:data1:xe']],
    ['something cut off', ['d4:data9:x']],
  ])('is refused in words when an onion is %s', async (_, parts) => {
    const conversation = await connect(ours, keysOf(originals[0]));
    const [status, words] = await askText(conversation, 'sn.onion_request', ...parts.map(utf8));
    expect(status).toBe('400');
    expect(words).toMatch(/^Invalid internal onion request: /);
  });
});

describe('messages that another node pushes', () => {
  const push = async (...items: Bencodable[]) => {
    const conversation = await connect(ours, keysOf(originals[0]));
    const body = concatBytes(Uint8Array.of(1), encodeBencoded(items));
    expect(await ask(conversation, 'sn.data', body)).toEqual([]);
  };
  const item = (
    owner: Owner,
    namespace: number,
    text: string,
    over: { readonly ttl?: number } = {},
  ): Bencodable => {
    const data = utf8(text);
    const hash = messageHashText(blake2b(32, messageHashInput(owner.mailbox, namespace, data)));
    const now = Date.now();
    return [owner.mailbox, hash, now, now + (over.ttl ?? 60_000), data];
  };
  const read = async (owner: Owner, namespace: number) =>
    textOf((await rpc(ours, 'retrieve', retrieveParams(owner, namespace))).body);

  it('are believed where everybody may store, with the namespace that their hash tells', async () => {
    const owner = createOwner();
    await push(item(owner, 0, 'direct'), item(owner, 40, 'request'));
    expect(await read(owner, 0)).toEqual(['direct']);
    expect(await read(owner, 40)).toEqual(['request']);
  });

  it('are left out where their owner would have to say so, or they break the rules', async () => {
    const owner = createOwner();
    const before = times(ours, 'push-unconfirmed');
    await push(
      item(owner, 2, 'settings'),
      item(owner, -41, 'no record'),
      item(owner, 40, 'too long', { ttl: 15 * 86_400_000 }),
      item(owner, 40, 'too short', { ttl: 5_000 }),
      [owner.mailbox, 'x'.repeat(43), Date.now(), Date.now() + 60_000, utf8('other hash')],
      ['nothing'],
    );
    for (const namespace of [2, -41, 40]) expect(await read(owner, namespace)).toEqual([]);
    expect(times(ours, 'push-unconfirmed')).toBe(before + 5);
  });

  it('may be anything, and the node goes on', async () => {
    const conversation = await connect(ours, keysOf(originals[0]));
    for (const body of [
      new Uint8Array(),
      utf8('x'),
      Uint8Array.of(1),
      concatBytes(Uint8Array.of(1), utf8('i1e')),
    ]) {
      expect(await ask(conversation, 'sn.data', body)).toEqual([]);
    }
    expect(await askText(conversation, 'sn.ping')).toEqual(['pong']);
  });
});

describe('a client on a connection of its own', () => {
  it('asks in JSON and is answered in JSON', async () => {
    const conversation = await connect(ours);
    const owner = createOwner();
    const stored = await askText(conversation, 'storage.store', json(storeParams(owner, 'in JSON')));
    expect(stored).toHaveLength(1);
    expect(Object.keys(JSON.parse(stored[0] ?? '').swarm)).toHaveLength(3);
    const read = await askText(conversation, 'storage.retrieve', json(retrieveParams(owner)));
    expect(textOf(JSON.parse(read[0] ?? ''))).toEqual(['in JSON']);
    expect(await askText(conversation, 'storage.nothing', json({}))).toEqual(['400', 'no method nothing']);
    const [info] = await askText(conversation, 'storage.info');
    expect(JSON.parse(info ?? '')).toMatchObject({ version: [2, 8, 0] });
  });

  it('asks bencoded and gets bytes as bytes', async () => {
    const conversation = await connect(ours);
    const owner = createOwner();
    const data = randomBytes(500);
    const timestamp = Date.now();
    const pubkey = fromHex(owner.pubkey);
    const store = encodeBencoded({ pubkey, namespace: 40, data, timestamp, ttl: 60_000 });
    const stored = dictOf((await ask(conversation, 'storage.store', store))[0]);
    const swarm = stored.get('swarm') as ReadonlyMap<string, ReadonlyMap<string, BencodedValue>>;
    const hash = stored.get('hash') as Bytes;
    expect(
      [...swarm].map(([key, entry]) => ed25519Verify(fromHex(key), hash, entry.get('signature') as Bytes)),
    ).toEqual([true, true, true]);
    const signature = Uint8Array.from(Buffer.from(owner.sign(`retrieve40${timestamp}`), 'base64'));
    const retrieve = encodeBencoded({ pubkey, namespace: 40, timestamp, signature });
    const [message] = dictOf((await ask(conversation, 'storage.retrieve', retrieve))[0]).get(
      'messages',
    ) as readonly ReadonlyMap<string, BencodedValue>[];
    expect(message?.get('data')).toEqual(data);
    const wrong = encodeBencoded({ pubkey, namespace: 40, timestamp, signature: randomBytes(64) });
    expect(await askText(conversation, 'storage.retrieve', wrong)).toEqual([
      '401',
      'retrieve signature verification failed',
    ]);
  });

  it('is refused what is neither, and too many parts', async () => {
    const conversation = await connect(ours);
    for (const body of ['[', 'd', 'i1e', '7']) {
      expect((await askText(conversation, 'storage.info', utf8(body)))[0]).toBe('400');
    }
    expect(await askText(conversation, 'storage.info', utf8('{}'), utf8('{}'))).toEqual([
      '400',
      'Invalid request: expected 1 message parts, received 2',
    ]);
  });

  it('may ask so often and no oftener', async () => {
    const conversation = await connect(ours);
    const refused = async () => {
      const some = await Promise.all(Array.from({ length: 90 }, () => askText(conversation, 'storage.info')));
      return some.find(([first]) => first === '429');
    };
    await until('limited', async () => (await refused()) !== undefined);
    expect(await refused()).toEqual(['429', 'Too many requests, try again later']);
    // For the others, the bucket of this address fills again.
    network.ahead += 60_000;
    await askText(conversation, 'storage.info');
    network.ahead = 0;
  });
});

describe('a client that wants to be told', () => {
  const pair = ed25519KeyPair(randomBytes(32));
  const p = concatBytes(Uint8Array.of(3), pair.publicKey);
  const subscription = (
    namespaces: readonly number[],
    d: 0 | 1,
    over: Readonly<Record<string, Bencodable>> = {},
  ) => {
    const t = Math.floor(Date.now() / 1000);
    const s = ed25519Sign(pair.secretKey, utf8(`MONITOR${toHex(p)}${t}${d}${namespaces.join(',')}`));
    return { p, n: namespaces, d, t, s, ...over };
  };
  const params = (data: string, namespace = 40) => ({
    pubkey: toHex(p),
    ...{ namespace, timestamp: Date.now(), ttl: 86_400_000, data: toBase64(utf8(data)) },
  });

  it('hears of each message once, by whatever road and member it came', async () => {
    const heard: Bytes[] = [];
    const conversation = await connect(ours, freshKeys(), heard);
    const [answer] = await ask(
      conversation,
      'monitor.messages',
      encodeBencoded([subscription([0, 40], 0), subscription([40], 1)]),
    );
    expect(decodeBencoded(answer ?? new Uint8Array(), LIMITS)).toEqual([
      new Map([['success', 1]]),
      new Map([['success', 1]]),
    ]);
    await rpc(ours, 'store', params('by HTTPS'));
    await until('told', () => heard.length === 1);
    const other = await connect(originals[0]);
    await askText(other, 'storage.store', json(params('by another member', 0)));
    await until('told again', () => heard.length === 2);
    await rpc(ours, 'store', params('by HTTPS'));
    await rpc(ours, 'store', params('last'));
    await until('told last', () => heard.length === 3);
    const told = heard.map(dictOf);
    expect(told.map((dict) => [dict.get('n'), fromUtf8(dict.get('~') as Bytes)])).toEqual([
      [40, 'by HTTPS'],
      [0, 'by another member'],
      [40, 'last'],
    ]);
    expect([...(told[0]?.keys() ?? [])]).toEqual(['@', 'h', 'n', 't', 'z', '~']);
    expect(told[0]?.get('@')).toEqual(p);
  });

  it('is refused without a good signature, and where nobody understands it', async () => {
    const conversation = await connect(ours);
    const errors = async (...asked: Bencodable[]) => {
      const [answer] = await ask(conversation, 'monitor.messages', encodeBencoded(asked));
      return (
        decodeBencoded(answer ?? new Uint8Array(), LIMITS) as readonly ReadonlyMap<string, BencodedValue>[]
      ).map((dict) => dict.get('errcode'));
    };
    expect(await errors(subscription([0], 0, { d: 1 }), subscription([40, 0], 0), 7)).toEqual([5, 3, 1]);
    for (const body of [utf8('x'), utf8('i1e'), new Uint8Array()]) {
      expect(dictOf((await ask(conversation, 'monitor.messages', body))[0]).get('errcode')).toBe(1);
    }
  });
});

describe('another network of two swarms', () => {
  it('sends clients and members to those who keep the account', async () => {
    const other = await createNetwork([1, 1], { omq: true });
    try {
      const pair = ed25519KeyPair(randomBytes(32));
      const p = concatBytes(Uint8Array.of(3), pair.publicKey);
      const [outside] = membersFor(other, p).outside;
      if (outside === undefined) throw new Error('no node');
      const conversation = await connect(outside);
      const t = Math.floor(Date.now() / 1000);
      const s = ed25519Sign(pair.secretKey, utf8(`MONITOR${toHex(p)}${t}00`));
      const [answer] = await ask(conversation, 'monitor.messages', encodeBencoded({ p, n: [0], t, s }));
      expect(dictOf(answer).get('errcode')).toBe(6);
      const store = encodeBencoded({ pubkey: p, namespace: 40, data: p, timestamp: Date.now(), ttl: 60_000 });
      const [status, body] = await ask(conversation, 'storage.store', store);
      expect(fromUtf8(status ?? new Uint8Array())).toBe('421');
      expect((dictOf(body).get('snodes') as readonly unknown[]).length).toBe(1);
    } finally {
      await other.close();
    }
  });
});

it('ends in time while clients wait and are told', async () => {
  const other = await createNetwork([1], { omq: true });
  const [node] = other.nodes;
  if (node === undefined) throw new Error('no node');
  const conversation = await connect(node);
  const owner = createOwner();
  const waiting = conversation.ask('storage.retrieve', [json(retrieveParams(owner, 40, { wait: 20_000 }))], {
    ...ASK,
    timeout: 30_000,
  });
  await rpc(node, 'store', signedStore(owner, 2, 'something else'));
  // Answered in their order: by then the other one waits.
  await ask(conversation, 'storage.info');
  const began = Date.now();
  await other.close();
  expect(Date.now() - began).toBeLessThan(9_500);
  expect((await waiting).outcome).toBe('answered');
  await conversation.gone;
});

it('frames for links are no layers for OxenMQ', async () => {
  const conversation = await connect(ours, keysOf(originals[0]));
  const frame = encodeLayerFrame([randomBytes(40)], { ephemeral_key: toHex(randomBytes(32)) });
  expect((await askText(conversation, 'sn.onion_request', frame))[0]).toBe('400');
});
