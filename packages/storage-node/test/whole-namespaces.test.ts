import { join } from 'node:path';
import { fromBase64, toHex } from '@sotto/bytes';
import { ed25519Verify } from '@sotto/crypto';
import { scopeDoneText } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNodeStore } from '../src/store/node-store.ts';
import { SYNC_BUCKETS } from '../src/store/sync-store.ts';
import {
  createNetwork,
  createOwner,
  type Entry,
  type Owner,
  retrieveParams,
  rpc,
  signedStore,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
} from './_network.ts';

/** What owners ask for of whole namespaces, and what follows for their members (reference: session-protocol §3.6). */

const DAY = 86_400_000;
let network: TestNetwork;
let entry: TestNode;
let other: TestNode;

beforeAll(async () => {
  network = await createNetwork([3]);
  [entry, other] = network.nodes as [TestNode, TestNode];
});
afterAll(() => network.close());

async function stored(owner: Owner, namespace: number, text: string, over: object = {}): Promise<string> {
  return (await rpc(entry, 'store', signedStore(owner, namespace, text, over))).body.hash ?? '';
}

function ask(
  owner: Owner,
  method: string,
  namespace: number | 'all',
  name: string,
  at: number,
  node = entry,
) {
  const signature = owner.sign(`${method}${namespace === 0 ? '' : namespace}${at}`);
  return rpc(node, method, { pubkey: owner.pubkey, namespace, [name]: at, signature });
}

async function left(owner: Owner, namespace: number, node = other): Promise<readonly string[]> {
  return textOf((await rpc(node, 'retrieve', retrieveParams(owner, namespace))).body);
}

function expectSigned(
  owner: Owner,
  swarm: Readonly<Record<string, Entry>> = {},
  at: number,
  hashes: readonly string[],
) {
  expect(Object.keys(swarm).sort()).toEqual(network.nodes.map(({ key }) => key).sort());
  for (const { key, ed25519 } of network.nodes) {
    const text = scopeDoneText(owner.pubkey, at, hashes.toSorted());
    expect(ed25519Verify(ed25519, text, fromBase64(swarm[key]?.signature ?? ''))).toBe(true);
  }
}

describe('delete_all', () => {
  it('empties one namespace, or all of them, signed by each member', async () => {
    const owner = createOwner();
    const a = await stored(owner, 42, 'a');
    const b = await stored(owner, 42, 'b');
    const c = await stored(owner, 44, 'c');
    const d = (await rpc(entry, 'store', storeParams(owner, 'd', { namespace: 0 }))).body.hash ?? '';
    const at = Date.now();
    const one = await ask(owner, 'delete_all', 42, 'timestamp', at);
    expect(one.status).toBe(200);
    expect(one.body).toMatchObject({ t: expect.any(Number), hf: [19, 4] });
    for (const mine of Object.values(one.body.swarm ?? {})) expect(mine.deleted).toEqual([a, b].toSorted());
    expectSigned(owner, one.body.swarm, at, [a, b]);
    expect([await left(owner, 42), await left(owner, 44)]).toEqual([[], ['c']]);
    const all = await ask(owner, 'delete_all', 'all', 'timestamp', at + 1);
    for (const mine of Object.values(all.body.swarm ?? {}))
      expect(mine.deleted).toEqual({ '0': [d], '44': [c] });
    expectSigned(owner, all.body.swarm, at + 1, [c, d]);
    expect([await left(owner, 44), await left(owner, 0)]).toEqual([[], []]);
    const none = await ask(owner, 'delete_all', 'all', 'timestamp', at + 2);
    for (const mine of Object.values(none.body.swarm ?? {})) expect(mine.deleted).toEqual({});
    expectSigned(owner, none.body.swarm, at + 2, []);
  });

  it('of the namespace that nobody names is of 0, and the same again can be stored anew', async () => {
    const owner = createOwner();
    await rpc(entry, 'store', storeParams(owner, 'again', { namespace: 0 }));
    const at = Date.now();
    const signature = owner.sign(`delete_all${at}`);
    const { body } = await rpc(other, 'delete_all', { pubkey: owner.pubkey, timestamp: at, signature });
    expect(body.swarm?.[other.key]?.deleted).toHaveLength(1);
    expect(await left(owner, 0)).toEqual([]);
    const again = await rpc(entry, 'store', storeParams(owner, 'again', { namespace: 0 }));
    for (const mine of Object.values(again.body.swarm ?? {})) {
      expect(mine.failed).toBeUndefined();
      expect(mine.already).toBeUndefined();
    }
    for (const node of network.nodes) expect(await left(owner, 0, node)).toEqual(['again']);
  });

  it('is of now and of its owner', async () => {
    const owner = createOwner();
    await stored(owner, 42, 'kept');
    for (const ahead of [-61_000, 61_000]) {
      expect(await ask(owner, 'delete_all', 42, 'timestamp', Date.now() + ahead)).toMatchObject({
        status: 406,
        text: 'delete_all timestamp too far from current time',
      });
    }
    const thief = { ...owner, sign: createOwner().sign };
    expect(await ask(thief, 'delete_all', 42, 'timestamp', Date.now())).toMatchObject({
      status: 401,
      text: 'delete_all signature verification failed',
    });
    expect(await left(owner, 42)).toEqual(['kept']);
  });
});

describe('delete_before', () => {
  it('goes by what senders say, in one namespace or in all', async () => {
    const owner = createOwner();
    const now = Date.now();
    const store = async (namespace: number, text: string, timestamp: number) =>
      stored(owner, namespace, text, {
        timestamp,
        sig_timestamp: now,
        signature: owner.sign(`store${namespace}${now}`),
      });
    const early = await store(42, 'early', now - 5_000);
    await store(42, 'late', now);
    const elsewhere = await store(44, 'elsewhere', now - 5_000);
    const one = await ask(owner, 'delete_before', 42, 'before', now - 5_000);
    for (const mine of Object.values(one.body.swarm ?? {})) expect(mine.deleted).toEqual([early]);
    expectSigned(owner, one.body.swarm, now - 5_000, [early]);
    const all = await ask(owner, 'delete_before', 'all', 'before', now - 1);
    expect(all.status).toBe(200);
    for (const mine of Object.values(all.body.swarm ?? {}))
      expect(mine.deleted).toEqual({ '44': [elsewhere] });
    expect(await left(owner, 42)).toEqual(['late']);
  });

  it('reaches a minute ahead at most', async () => {
    const owner = createOwner();
    const status = async (ahead: number) =>
      (await ask(owner, 'delete_before', 42, 'before', Date.now() + ahead)).status;
    expect([await status(50_000), await status(61_000)]).toEqual([200, 401]);
    expect(await ask(owner, 'delete_before', 42, 'before', Date.now() + 61_000)).toMatchObject({
      text: 'delete_before timestamp too far in the future',
    });
    const thief = { ...owner, sign: createOwner().sign };
    expect(await ask(thief, 'delete_before', 42, 'before', Date.now())).toMatchObject({
      status: 401,
      text: 'delete_before signature verification failed',
    });
  });
});

describe('expire_all', () => {
  it('shortens and never lengthens, in one namespace or in all', async () => {
    const owner = createOwner();
    const long = await stored(owner, 42, 'long', { ttl: 5 * DAY });
    await stored(owner, 42, 'short', { ttl: DAY });
    const elsewhere = await stored(owner, 44, 'elsewhere', { ttl: 5 * DAY });
    const expiry = Date.now() + 2 * DAY;
    const one = await ask(owner, 'expire_all', 42, 'expiry', expiry);
    for (const mine of Object.values(one.body.swarm ?? {})) expect(mine.updated).toEqual([long]);
    expectSigned(owner, one.body.swarm, expiry, [long]);
    const all = await ask(owner, 'expire_all', 'all', 'expiry', expiry + 1);
    for (const mine of Object.values(all.body.swarm ?? {}))
      expect(mine.updated).toEqual({ '44': [elsewhere] });
    const { body } = await rpc(other, 'retrieve', retrieveParams(owner, 42));
    const expirations = body.messages?.map(({ expiration }) => expiration - Date.now()) ?? [];
    expect(expirations.every((life) => life <= 2 * DAY && life > DAY - 60_000)).toBe(true);
  });

  it('is not of the past, and its owner’s', async () => {
    const owner = createOwner();
    expect(await ask(owner, 'expire_all', 'all', 'expiry', Date.now() - 61_000)).toMatchObject({
      status: 406,
      text: 'expire_all timestamp should be >= current time',
    });
    const thief = { ...owner, sign: createOwner().sign };
    expect(await ask(thief, 'expire_all', 'all', 'expiry', Date.now())).toMatchObject({
      status: 401,
      text: 'expire_all signature verification failed',
    });
    await stored(owner, 42, 'x');
    expect((await ask(owner, 'expire_all', 42, 'expiry', Date.now() - 50_000)).status).toBe(200);
    expect(await left(owner, 42)).toEqual([]);
  });
});

describe('ifelse', () => {
  /** Spelled so that nobody takes the object for a promise. */
  const THEN = 'then';
  const asked = (condition: object, branches: object) => rpc(entry, 'ifelse', { if: condition, ...branches });
  const info = { method: 'info', params: {} };

  it('does what its condition says, and tells what it went by', async () => {
    const owner = createOwner();
    const branches = {
      [THEN]: { method: 'store', params: storeParams(owner, 'yes') },
      else: { method: 'store', params: storeParams(owner, 'no') },
    };
    const { sequence } = network.signed.list;
    const yes = await asked({ hf_at_least: [19], height_before: sequence + 1, v_at_least: [2, 8] }, branches);
    expect(yes.body).toMatchObject({ hf: [19, 4], v: [2, 8, 0], height: sequence, condition: true });
    expect(yes.body.result).toMatchObject({ code: 200, body: { hash: expect.any(String) } });
    expect(yes.body.t).toBeUndefined();
    expect(await left(owner, 40)).toEqual(['yes']);
    for (const condition of [
      { hf_at_least: [19, 5] },
      { hf_before: [19, 4] },
      { v_at_least: 3 },
      { v_before: [2, 8] },
      { height_at_least: sequence + 1 },
      { height_before: sequence },
      { hf_at_least: [19], v_at_least: [99] },
    ]) {
      expect((await asked(condition, branches)).body).toMatchObject({
        condition: false,
        result: { code: 200 },
      });
    }
    expect(await left(owner, 40)).toEqual(['yes', 'no']);
  });

  it('has no result when there is nothing to do, and the status of what it did inside', async () => {
    const { status, body } = await asked({ hf_before: [19] }, { [THEN]: info });
    expect([status, body.condition, body.result]).toEqual([200, false, undefined]);
    const bad = { method: 'store', params: storeParams(createOwner(), 'x', { ttl: 1 }) };
    const { body: refused } = await asked({ hf_before: [20] }, { [THEN]: bad });
    expect(refused.result).toEqual({ code: 403, body: 'Provided expiry/TTL is not valid.' });
  });

  it('nests, down to batches', async () => {
    const inner = {
      if: { v_at_least: [2, 2] },
      [THEN]: { method: 'batch', params: { requests: [info, info] } },
    };
    const { body } = await asked({ hf_at_least: 19 }, { [THEN]: { method: 'ifelse', params: inner } });
    expect(body.result).toMatchObject({
      code: 200,
      body: { condition: true, result: { code: 200, body: { results: [{ code: 200 }, { code: 200 }] } } },
    });
  });
});

describe('all members', () => {
  it('have given everything the same times', async () => {
    const owner = createOwner();
    const hashes: string[] = [];
    for (const text of ['a', 'b', 'c']) hashes.push(await stored(owner, 42, text));
    const expiry = Date.now() + 3 * DAY;
    await rpc(other, 'expire', {
      ...{ pubkey: owner.pubkey, messages: hashes, expiry },
      signature: owner.sign(`expire${expiry}${hashes.join('')}`),
    });
    await rpc(entry, 'delete', {
      ...{ pubkey: owner.pubkey, messages: [hashes[0]] },
      signature: owner.sign(`delete${hashes[0]}`),
    });
    await stored(owner, 42, 'a');
    await Promise.all(network.nodes.map((node) => network.stop(node)));
    const all = network.nodes.map(({ data }) => {
      const store = openNodeStore(join(data, 'node.db'), () => undefined);
      const ids = store.sync.listSyncIds(0, SYNC_BUCKETS, Date.now()).map(toHex).sort();
      store.close();
      return ids;
    });
    expect(all[0]?.length).toBeGreaterThan(10);
    expect(new Set(all.map((ids) => ids.join()))).toHaveProperty('size', 1);
  });
});
