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
import { ed25519KeyPair, ed25519Sign, ed25519Verify, randomBytes } from '@sotto/crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createOwner,
  retrieveParams,
  rpc,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';
import {
  ask,
  askText,
  closeConnections,
  connect,
  createMixedNetwork,
  dictOf,
  freshKeys,
  json,
  LIMITS,
  type MixedNetwork,
} from './_omq.ts';

/** Not written as a member, by which it would look like a promise. */
const THEN = 'then';

let mixed: MixedNetwork;
let network: TestNetwork;
let ours: TestNode;
let originals: MixedNetwork['originals'];

beforeAll(async () => {
  mixed = await createMixedNetwork();
  ({ network, ours, originals } = mixed);
});
afterEach(closeConnections);
afterAll(() => mixed.close());

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

  it('asks for the nodes with parameters as a text of JSON, and as deep as in JSON', async () => {
    const conversation = await connect(ours);
    const nodes = (params: string) =>
      ask(conversation, 'storage.oxend_request', encodeBencoded({ endpoint: 'get_service_nodes', params }));
    const [answer] = await nodes('{"fields":{"public_ip":true},"limit":1}');
    const result = dictOf(answer).get('result') as ReadonlyMap<string, BencodedValue>;
    const [state] = result.get('service_node_states') as readonly ReadonlyMap<string, BencodedValue>[];
    expect([...(state?.keys() ?? [])]).toEqual(['public_ip']);
    expect((await nodes('{')).map(fromUtf8)).toEqual([
      '400',
      'invalid request: oxend_request params field does not contain valid json',
    ]);
    const nested = [1, 2, 3, 4].reduce<Bencodable>(
      (inner) => ({ if: { hf_at_least: [19] }, [THEN]: { method: 'ifelse', params: inner } }),
      {
        if: { v_at_least: [2, 2] },
        [THEN]: { method: 'batch', params: { requests: [{ method: 'info', params: {} }] } },
      },
    );
    let body = dictOf((await ask(conversation, 'storage.ifelse', encodeBencoded(nested)))[0]);
    for (let level = 0; level < 5; level++) {
      const inner = body.get('result') as ReadonlyMap<string, BencodedValue>;
      expect(inner.get('code')).toBe(200);
      body = inner.get('body') as ReadonlyMap<string, BencodedValue>;
    }
    expect(body.get('results')).toHaveLength(1);
  });

  it('is refused what is neither, and too many parts', async () => {
    const conversation = await connect(ours);
    for (const body of ['[', 'd', 'i1e', '7']) {
      const refused = await askText(conversation, 'storage.info', utf8(body));
      expect(refused).toEqual(['400', 'invalid body: expected json or bt_dict']);
    }
    expect(await askText(conversation, 'storage.info', utf8('{}'), utf8('{}'))).toEqual([
      '400',
      'Invalid request: expected 1 message parts, received 2',
    ]);
  });

  it('may ask so often and no oftener', async () => {
    const conversation = await connect(ours);
    // However slow this machine is, nothing fills again while it asks.
    const still = Date.now();
    Object.defineProperty(network, 'ahead', { configurable: true, get: () => still - Date.now() });
    const refused = async () => {
      const some = await Promise.all(Array.from({ length: 90 }, () => askText(conversation, 'storage.info')));
      return some.find(([first]) => first === '429');
    };
    await until('limited', async () => (await refused()) !== undefined);
    expect(await refused()).toEqual(['429', 'Too many requests, try again later']);
    // For the others, the bucket of this address fills again.
    Object.defineProperty(network, 'ahead', { configurable: true, writable: true, value: 60_000 });
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
