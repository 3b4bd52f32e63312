import { fromBase64, toBase64, toHex, utf8 } from '@sotto/bytes';
import {
  ed25519KeyPair,
  ed25519PublicToX25519,
  ed25519Sign,
  ed25519Verify,
  randomBytes,
} from '@sotto/crypto';
import { decodeSignedList } from '@sotto/directory';
import { deletedText, expiredText } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRESH } from '../src/constants.ts';
import {
  createNetwork,
  createOwner,
  membersFor,
  type Owner,
  post,
  retrieveParams,
  rpc,
  rpcAtOnce,
  signedStore,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
} from './_network.ts';

/** The storage RPC at nodes that keep a mailbox together (reference: session-protocol §3). */

const DAY = 86_400_000;
let network: TestNetwork;

beforeAll(async () => {
  network = await createNetwork([3, 3]);
});
afterAll(() => network.close());

function keepers(owner: Owner): {
  members: readonly TestNode[];
  entry: TestNode;
  other: TestNode;
  stranger: TestNode;
} {
  const { inside, outside } = membersFor(network, owner.mailbox);
  const [entry, other] = inside;
  const [stranger] = outside;
  if (entry === undefined || other === undefined || stranger === undefined) throw new Error('no such swarm');
  return { members: inside, entry, other, stranger };
}

async function stored(owner: Owner, text: string, over: object = {}): Promise<string> {
  const { body } = await rpc(keepers(owner).entry, 'store', storeParams(owner, text, over));
  return body.hash ?? '';
}

describe('store', () => {
  it('keeps a message at every member, each of which signs its hash', async () => {
    const owner = createOwner();
    const { members, entry } = keepers(owner);
    const { status, body } = await rpc(entry, 'store', storeParams(owner, 'one'));
    expect(status).toBe(200);
    expect(body.hash).toMatch(/^[A-Za-z0-9+/]{43}$/);
    expect(body.hf).toEqual([19, 4]);
    expect(Object.keys(body.swarm ?? {}).sort()).toEqual(members.map(({ key }) => key).sort());
    for (const member of members) {
      const mine = body.swarm?.[member.key];
      expect(mine).toMatchObject({ hash: body.hash, expiry: expect.any(Number) });
      expect(mine?.already).toBeUndefined();
      expect(ed25519Verify(member.ed25519, utf8(body.hash ?? ''), fromBase64(mine?.signature ?? ''))).toBe(
        true,
      );
      expect(textOf((await rpc(member, 'retrieve', retrieveParams(owner))).body)).toEqual(['one']);
    }
    expect(body.swarm?.[entry.key]?.t).toBeTypeOf('number');
  });

  it('takes the same message once and keeps the later expiry', async () => {
    const owner = createOwner();
    const { entry, other } = keepers(owner);
    const timestamp = Date.now();
    const early = await rpc(entry, 'store', storeParams(owner, 'same', { timestamp, ttl: DAY }));
    const late = await rpc(other, 'store', storeParams(owner, 'same', { timestamp, ttl: 2 * DAY }));
    const again = await rpc(entry, 'store', storeParams(owner, 'same', { timestamp, ttl: DAY }));
    expect(late.body.hash).toBe(early.body.hash);
    for (const entries of [late.body.swarm, again.body.swarm]) {
      for (const mine of Object.values(entries ?? {})) {
        expect(mine).toMatchObject({ already: true, expiry: timestamp + 2 * DAY });
      }
    }
    expect((await rpc(entry, 'retrieve', retrieveParams(owner))).body.messages).toHaveLength(1);
  });

  it('replaces what an outbox holds, also when it is the only message, and keeps what was signed later', async () => {
    const owner = createOwner();
    const { entry, members } = keepers(owner);
    const at = Date.now();
    const record = (text: string, signedAt: number) =>
      rpc(entry, 'store', {
        ...storeParams(owner, text, { namespace: -41, ttl: 30 * DAY, sig_timestamp: signedAt }),
        signature: owner.sign(`store-41${signedAt}`),
      });
    expect((await record('first', at)).status).toBe(200);
    const second = await record('second', at + 1);
    for (const member of members) {
      expect(second.body.swarm?.[member.key]?.failed).toBeUndefined();
      const { body } = await rpc(member, 'retrieve', { pubkey: owner.pubkey, namespace: -41 });
      expect(textOf(body)).toEqual(['second']);
    }
    const late = await record('first', at);
    expect(late.body.hash).toBeUndefined();
    for (const mine of Object.values(late.body.swarm ?? {}))
      expect(mine).toMatchObject({ failed: true, code: 409 });
    const { body } = await rpc(entry, 'retrieve', { pubkey: owner.pubkey, namespace: -41 });
    expect(textOf(body)).toEqual(['second']);
  });

  it('takes empty data', async () => {
    const owner = createOwner();
    const hash = await stored(owner, '');
    expect(hash).toHaveLength(43);
    const { body } = await rpc(keepers(owner).other, 'retrieve', retrieveParams(owner));
    expect(body.messages).toMatchObject([{ hash, data: '' }]);
  });

  it('is refused beyond the limits of time, length and signature', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const now = Date.now();
    const status = async (params: object) => (await rpc(entry, 'store', params)).status;
    expect(await status(storeParams(owner, 'x', { ttl: 9_999 }))).toBe(403);
    expect(await status(storeParams(owner, 'x', { ttl: 10_000 }))).toBe(200);
    expect(await status(storeParams(owner, 'x', { ttl: 14 * DAY }))).toBe(200);
    expect(await status(storeParams(owner, 'x', { ttl: 14 * DAY + 1 }))).toBe(403);
    expect(await status(signedStore(owner, 42, 'x', { ttl: 30 * DAY }))).toBe(200);
    expect(await status(signedStore(owner, 42, 'x', { ttl: 30 * DAY + 1 }))).toBe(403);
    expect(await status(storeParams(owner, 'x', { timestamp: now + 15_000 }))).toBe(406);
    expect(await status(storeParams(owner, 'x', { timestamp: now - 20 * DAY, ttl: DAY }))).toBe(406);
    expect(await status(storeParams(owner, 'x', { namespace: 42 }))).toBe(401);
    expect(await status(signedStore(createOwner(), 42, 'x', { pubkey: owner.pubkey }))).toBe(401);
    const old = now - 61_000;
    const late = { sig_timestamp: old, signature: owner.sign(`store42${old}`) };
    expect(await status(storeParams(owner, 'x', { namespace: 42, ...late }))).toBe(406);
    expect(await status(storeParams(owner, 'x', { data: toBase64(new Uint8Array(76_801)) }))).toBe(400);
    expect(await status(storeParams(owner, 'x', { data: toBase64(new Uint8Array(76_800)) }))).toBe(200);
  });

  it('takes an account key with the Ed25519 key beside it, and no other', async () => {
    const pair = ed25519KeyPair(randomBytes(32));
    const x25519 = ed25519PublicToX25519(pair.publicKey);
    if (x25519 === undefined) throw new Error('no key');
    const owner: Owner = {
      pubkey: `05${toHex(x25519)}`,
      mailbox: Uint8Array.of(5, ...x25519),
      sign: (text) => toBase64(ed25519Sign(pair.secretKey, typeof text === 'string' ? utf8(text) : text)),
    };
    const { entry } = keepers(owner);
    const key = { pubkey_ed25519: toHex(pair.publicKey) };
    expect((await rpc(entry, 'store', signedStore(owner, 42, 'x', key))).status).toBe(200);
    expect((await rpc(entry, 'store', signedStore(owner, 42, 'x'))).status).toBe(401);
    const another = { pubkey_ed25519: toHex(ed25519KeyPair(randomBytes(32)).publicKey) };
    expect((await rpc(entry, 'store', signedStore(owner, 42, 'x', another))).status).toBe(401);
  });
});

describe('a request at the wrong swarm', () => {
  it('gets 421 and the right one, whether its signature is good or bad', async () => {
    const owner = createOwner();
    const { stranger, members } = keepers(owner);
    const keys = members.map(({ key }) => key).sort();
    const thief = createOwner();
    for (const [method, params] of [
      ['store', storeParams(owner, 'x')],
      ['store', signedStore(thief, 42, 'x', { pubkey: owner.pubkey })],
      ['retrieve', retrieveParams(thief, 40, { pubkey: owner.pubkey })],
      ['delete', { pubkey: owner.pubkey, messages: ['A'.repeat(43)], signature: owner.sign('wrong') }],
    ] as const) {
      const { status, body } = await rpc(stranger, method, params);
      expect(status).toBe(421);
      expect(body.snodes?.map(({ pubkey_ed25519 }) => pubkey_ed25519).sort()).toEqual(keys);
      expect(body.swarm).toBe(members[0]?.swarm.toString(16));
      expect(body.snodes?.[0]).toMatchObject({
        port: '22021',
        address: expect.stringMatching(/^[a-z0-9]{52}\.snode$/),
      });
    }
    const asked = await rpc(stranger, 'get_swarm', { pubkey: owner.pubkey });
    expect(asked.status).toBe(200);
    expect(asked.body.snodes?.map(({ pubkey_ed25519 }) => pubkey_ed25519).sort()).toEqual(keys);
  });
});

describe('retrieve', () => {
  it('gives what lies behind last_hash, in the order of arrival, and says whether there is more', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const hashes: string[] = [];
    for (const text of ['a', 'b', 'c', 'd']) hashes.push(await stored(owner, text));
    const read = async (over: object) => (await rpc(entry, 'retrieve', retrieveParams(owner, 40, over))).body;
    expect(textOf(await read({}))).toEqual(['a', 'b', 'c', 'd']);
    const page = await read({ last_hash: hashes[0], max_count: 2 });
    expect(textOf(page)).toEqual(['b', 'c']);
    expect(page.more).toBe(true);
    const rest = await read({ last_hash: hashes[2], max_count: 2 });
    expect([textOf(rest), rest.more]).toEqual([['d'], false]);
    expect(textOf(await read({ last_hash: 'A'.repeat(43) }))).toHaveLength(4);
    const small = await read({ max_size: 1 });
    expect([textOf(small), small.more]).toEqual([['a'], true]);
  });

  it('counts max_size as the network does', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    for (let index = 0; index < 20; index++) {
      await rpc(
        entry,
        'store',
        storeParams(owner, '', { data: toBase64(new Uint8Array(76_800).fill(index)) }),
      );
    }
    const count = async (over: object) =>
      (await rpc(entry, 'retrieve', retrieveParams(owner, 40, over))).body.messages?.length;
    expect(await count({ max_size: 204_800 })).toBe(1);
    expect(await count({ max_size: 300_000 })).toBe(2);
    expect(await count({})).toBe(15);
    expect(await count({ max_size: -1 })).toBe(20);
    expect(await count({ max_size: -38 })).toBe(2);
  });

  it('needs the owner’s signature of now, except where everybody reads', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const status = async (params: object) => (await rpc(entry, 'retrieve', params)).status;
    expect(await status({ pubkey: owner.pubkey })).toBe(401);
    expect(await status({ pubkey: owner.pubkey, namespace: 40 })).toBe(400);
    expect(await status(retrieveParams(createOwner(), 40, { pubkey: owner.pubkey }))).toBe(401);
    expect(await status(retrieveParams(owner, 40, {}, Date.now() - 61_000))).toBe(406);
    expect(await status(retrieveParams(owner, 40, {}, Date.now() + 61_000))).toBe(406);
    expect(await status(retrieveParams(owner, 42, { namespace: 40 }))).toBe(401);
    expect(await status({ pubkey: owner.pubkey, namespace: -41 })).toBe(200);
    expect(await status(retrieveParams(createOwner(), -41, { pubkey: owner.pubkey }))).toBe(401);
  });

  it('waits for what another member was given', async () => {
    const owner = createOwner();
    const { entry, other } = keepers(owner);
    const waiting = rpc(entry, 'retrieve', retrieveParams(owner, 40, { wait: 20_000 }));
    const began = performance.now();
    await rpc(other, 'store', storeParams(owner, 'news'));
    expect(textOf((await waiting).body)).toEqual(['news']);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  /** More of those who may ask a node than one address has places for. */
  function manyAt(node: TestNode): readonly Owner[] {
    const owners: Owner[] = [];
    while (owners.length <= FRESH.calls / 2) {
      const owner = createOwner();
      if (keepers(owner).members.includes(node)) owners.push(owner);
    }
    return owners;
  }

  it('waits for more at once than may be worked for', async () => {
    const [node] = network.nodes as [TestNode];
    const waiting = manyAt(node).map((owner) => retrieveParams(owner, 40, { wait: 1_500 }));
    const statuses = await rpcAtOnce(node, 'retrieve', waiting);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('keeps a place while it waits in a sequence: the rest of that is work', async () => {
    const [node] = network.nodes as [TestNode];
    const waiting = manyAt(node).map((owner) => {
      const params = retrieveParams(owner, 40, { wait: 1_500 });
      return { requests: [{ method: 'retrieve', params }] };
    });
    expect(await rpcAtOnce(node, 'sequence', waiting)).toContain(503);
  });

  it('does not wait for whoever proves to be no owner: anybody may read an outbox', async () => {
    const owner = createOwner();
    const began = performance.now();
    const asked = { pubkey: owner.pubkey, namespace: -41, wait: 20_000 };
    expect((await rpc(keepers(owner).entry, 'retrieve', asked)).body.messages).toEqual([]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('answers at once when something is there, and empty when the wait is over', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const began = performance.now();
    const { body } = await rpc(entry, 'retrieve', retrieveParams(owner, 40, { wait: 400 }));
    expect(body.messages).toEqual([]);
    expect(performance.now() - began).toBeGreaterThan(390);
    await stored(owner, 'there');
    expect(textOf((await rpc(entry, 'retrieve', retrieveParams(owner, 40, { wait: 20_000 }))).body)).toEqual([
      'there',
    ]);
  });
});

describe('delete', () => {
  it('removes at every member, signed by each, and tells what was there', async () => {
    const owner = createOwner();
    const { entry, members } = keepers(owner);
    const hashes = [await stored(owner, 'a'), await stored(owner, 'b')];
    const asked = [...hashes, 'A'.repeat(43)];
    const { status, body } = await rpc(entry, 'delete', {
      pubkey: owner.pubkey,
      messages: asked,
      signature: owner.sign(`delete${asked.join('')}`),
    });
    expect(status).toBe(200);
    for (const member of members) {
      const mine = body.swarm?.[member.key];
      expect(mine?.deleted).toEqual(hashes.toSorted());
      const text = deletedText(owner.pubkey, asked, hashes.toSorted());
      expect(ed25519Verify(member.ed25519, text, fromBase64(mine?.signature ?? ''))).toBe(true);
      expect((await rpc(member, 'retrieve', retrieveParams(owner))).body.messages).toEqual([]);
    }
  });

  it('is 404 when it was required and nothing was there, and 401 for anybody else', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const hash = await stored(owner, 'kept');
    const ask = (messages: readonly string[], by: Owner, over: object = {}) =>
      rpc(entry, 'delete', {
        pubkey: owner.pubkey,
        messages,
        signature: by.sign(`delete${messages.join('')}`),
        ...over,
      });
    const nothing = await ask(['A'.repeat(43)], owner, { required: true });
    expect(nothing.status).toBe(404);
    expect(Object.values(nothing.body.swarm ?? {})).toHaveLength(3);
    expect((await ask(['A'.repeat(43)], owner)).status).toBe(200);
    expect((await ask([hash], createOwner())).status).toBe(401);
    expect((await rpc(entry, 'retrieve', retrieveParams(owner))).body.messages).toHaveLength(1);
  });

  it('of another mailbox’s message does nothing, although its hash is right', async () => {
    const owner = createOwner();
    const hash = await stored(owner, 'mine');
    const { entry, members } = keepers(owner);
    let thief = createOwner();
    while (!membersFor(network, thief.mailbox).inside.includes(entry)) thief = createOwner();
    const messages = [hash];
    const { body } = await rpc(entry, 'delete', {
      pubkey: thief.pubkey,
      messages,
      signature: thief.sign(`delete${hash}`),
    });
    for (const member of members) expect(body.swarm?.[member.key]?.deleted).toEqual([]);
    expect((await rpc(entry, 'retrieve', retrieveParams(owner))).body.messages).toHaveLength(1);
  });
});

describe('expire', () => {
  const ask = (
    owner: Owner,
    node: TestNode,
    messages: readonly string[],
    expiry: number | readonly number[],
    mode = '',
  ) =>
    rpc(node, 'expire', {
      pubkey: owner.pubkey,
      messages,
      expiry,
      ...(mode === '' ? {} : { [mode]: true }),
      signature: owner.sign(`expire${mode}${[expiry].flat().join('')}${messages.join('')}`),
    });

  it('sets, shortens and extends, never further than 30 days, signed by each member', async () => {
    const owner = createOwner();
    const { entry, members } = keepers(owner);
    const hash = await stored(owner, 'a', { ttl: DAY });
    const before = Date.now() + DAY;
    const later = Date.now() + 2 * DAY;
    const shortened = await ask(owner, entry, [hash], later, 'shorten');
    const extended = await ask(owner, entry, [hash], later, 'extend');
    for (const { key, ed25519 } of members) {
      const kept = shortened.body.swarm?.[key];
      expect(kept).toMatchObject({ updated: [], expiry: later });
      expect(Math.abs((kept?.unchanged?.[hash] ?? 0) - before)).toBeLessThan(5_000);
      const moved = extended.body.swarm?.[key];
      expect(moved).toMatchObject({ updated: [hash], unchanged: {}, expiry: later });
      const terms = {
        account: owner.pubkey,
        expiries: [later],
        asked: [hash],
        updated: [hash],
        unchanged: [],
      };
      expect(ed25519Verify(ed25519, expiredText(terms), fromBase64(moved?.signature ?? ''))).toBe(true);
    }
    const far = await ask(owner, entry, [hash], Date.now() + 300 * DAY);
    const clamped = far.body.swarm?.[entry.key]?.expiry as number;
    expect(Math.abs(clamped - (Date.now() + 30 * DAY))).toBeLessThan(5_000);
    expect(far.body.swarm?.[entry.key]?.unchanged).toBeUndefined();
    expect((await ask(owner, entry, [hash], Date.now() - 61_000)).status).toBe(401);
    const thief = { ...owner, sign: createOwner().sign };
    expect((await ask(thief, entry, [hash], later)).status).toBe(401);
  });

  it('takes one expiry for each message', async () => {
    const owner = createOwner();
    const { entry, members } = keepers(owner);
    const hashes = [await stored(owner, 'a'), await stored(owner, 'b')];
    const times = [Date.now() + 2 * DAY, Date.now() + 3 * DAY];
    const { body } = await ask(owner, entry, hashes, times);
    const byHash = new Map(hashes.map((hash, index) => [hash, times[index]]));
    for (const { key } of members) {
      expect(body.swarm?.[key]?.updated).toEqual(hashes.toSorted());
      expect(body.swarm?.[key]?.expiry).toEqual(hashes.toSorted().map((hash) => byHash.get(hash)));
    }
    const at = Date.now();
    const asked = await rpc(entry, 'get_expiries', {
      pubkey: owner.pubkey,
      messages: [...hashes, 'unknown'],
      timestamp: at,
      signature: owner.sign(`get_expiries${at}${hashes.join('')}unknown`),
    });
    expect(asked.body).toEqual({ expiries: Object.fromEntries(byHash) });
  });

  it('ends messages everywhere when their time has come', async () => {
    const owner = createOwner();
    const { entry, members } = keepers(owner);
    const hash = await stored(owner, 'short', { ttl: 10_000 });
    network.ahead = 11_000;
    try {
      const at = Date.now() + network.ahead;
      for (const member of members) {
        expect((await rpc(member, 'retrieve', retrieveParams(owner, 40, {}, at))).body.messages).toEqual([]);
      }
      const again = await rpc(entry, 'store', storeParams(owner, 'short', { timestamp: at }));
      expect(again.body.hash).toBe(hash);
      expect(again.body.swarm?.[entry.key]?.already).toBeUndefined();
    } finally {
      network.ahead = 0;
    }
  });
});

describe('batch and sequence', () => {
  it('answers each, and a sequence stops at the first that fails', async () => {
    const owner = createOwner();
    const { entry, stranger } = keepers(owner);
    const requests = [
      { method: 'store', params: storeParams(owner, 'a') },
      { method: 'store', params: storeParams(owner, 'b', { ttl: 1 }) },
      { method: 'info', params: {} },
    ];
    const batch = await rpc(entry, 'batch', { requests });
    expect(batch.body.results?.map(({ code }) => code)).toEqual([200, 403, 200]);
    expect(batch.body.t).toBeUndefined();
    const sequence = await rpc(entry, 'sequence', { requests });
    expect(sequence.body.results?.map(({ code }) => code)).toEqual([200, 403]);
    const elsewhere = await rpc(stranger, 'batch', { requests: [requests[0], requests[2]] });
    expect(elsewhere.status).toBe(200);
    expect(elsewhere.body.results?.map(({ code }) => code)).toEqual([421, 200]);
    const many = await rpc(entry, 'batch', { requests: Array.from({ length: 21 }, () => requests[2]) });
    expect(many.status).toBe(400);
  });

  it('deletes what was read and waits for more, in one request', async () => {
    const owner = createOwner();
    const { entry, other } = keepers(owner);
    const hash = await stored(owner, 'read');
    const waiting = rpc(entry, 'sequence', {
      requests: [
        {
          method: 'delete',
          params: { pubkey: owner.pubkey, messages: [hash], signature: owner.sign(`delete${hash}`) },
        },
        { method: 'retrieve', params: retrieveParams(owner, 40, { wait: 20_000 }) },
      ],
    });
    await rpc(other, 'store', storeParams(owner, 'next'));
    const { body } = await waiting;
    expect(body.results?.map(({ code }) => code)).toEqual([200, 200]);
    expect(textOf(body.results?.[1]?.body ?? {})).toEqual(['next']);
  });
});

describe('a batch', () => {
  it.each(['batch', 'sequence'])('has one request that waits: %s', async (method) => {
    const owner = createOwner();
    const { entry, other } = keepers(owner);
    const began = performance.now();
    const waiting = rpc(entry, method, {
      requests: [10, 20, 30].map((namespace) => ({
        method: 'retrieve',
        params: retrieveParams(owner, namespace, { wait: 20_000 }),
      })),
    });
    await rpc(other, 'store', storeParams(owner, 'news', { namespace: 10 }));
    const { body } = await waiting;
    expect(textOf(body.results?.[0]?.body ?? {})).toEqual(['news']);
    expect(body.results?.map(({ code }) => code)).toEqual([200, 200, 200]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('names as many messages as a box holds, and no more', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const hashes = Array.from({ length: 10_001 }, () => toBase64(randomBytes(32)).slice(0, 43));
    const at = Date.now();
    const known = (messages: readonly string[]) => ({
      method: 'get_expiries',
      params: {
        ...{ pubkey: owner.pubkey, messages, timestamp: at },
        signature: owner.sign(`get_expiries${at}${messages.join('')}`),
      },
    });
    const changes = { pubkey: owner.pubkey, messages: hashes, signature: owner.sign('') };
    const tooMany = { status: 400, text: 'invalid request: too many message hashes' };
    expect(await rpc(entry, 'get_expiries', known(hashes).params)).toMatchObject(tooMany);
    expect(await rpc(entry, 'delete', changes)).toMatchObject(tooMany);
    expect(await rpc(entry, 'expire', { ...changes, expiry: at + DAY })).toMatchObject(tooMany);
    const halves = [known(hashes.slice(0, 5_001)), known(hashes.slice(5_001))];
    expect(await rpc(entry, 'batch', { requests: halves })).toMatchObject(tooMany);
    halves[1] = known(hashes.slice(5_002));
    expect((await rpc(entry, 'batch', { requests: halves })).status).toBe(200);
  });

  it('that reads one large box twenty times is answered with so much and no more', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const messages = Array.from({ length: 21 }, () => toBase64(randomBytes(76_800)));
    await Promise.all(messages.map((data) => rpc(entry, 'store', storeParams(owner, '', { data }))));
    const read = { method: 'retrieve', params: retrieveParams(owner, 40, { max_size: -1 }) };
    const body = JSON.stringify({ method: 'batch', params: { requests: Array(20).fill(read) } });
    const answer = await post(entry, '/storage_rpc/v1', body);
    expect(answer.status).toBe(200);
    expect(answer.bytes.length).toBeLessThan(34_000_000);
    const { results } = JSON.parse(answer.text) as { results: { body: { messages: []; more: boolean } }[] };
    expect(results.map(({ body: { messages } }) => messages.length > 0)).toEqual(Array(20).fill(true));
    expect(results[0]?.body).toMatchObject({ more: false });
    expect(results[19]?.body).toMatchObject({ more: true });
  });
});

describe('what a node tells of itself and of the network', () => {
  it('version, time and health', async () => {
    const [node] = network.nodes;
    if (node === undefined) throw new Error('no node');
    const { body } = await rpc(node, 'info', {});
    expect(body).toMatchObject({ version: [2, 8, 0], timestamp: expect.any(Number), hf: [19, 4] });
    const ping = await post(node, '/ping_test/v1', '');
    expect(ping.headers['x-oxen-snode-pubkey']).toBe(toBase64(node.ed25519));
    expect(JSON.parse((await post(node, '/get_stats/v1', '', { method: 'GET' })).text)).toEqual({
      version: '2.8.0',
    });
  });

  it('all nodes, with swarm IDs as bare digits of 64 bits, and the signed list itself', async () => {
    const [node] = network.nodes;
    if (node === undefined) throw new Error('no node');
    const { text, body } = await rpc(node, 'oxend_request', { endpoint: 'get_service_nodes', params: {} });
    expect(body.result?.service_node_states).toHaveLength(6);
    expect(text).toContain('"swarm_id":9223372036854775808,');
    const some = await rpc(node, 'oxend_request', {
      endpoint: 'get_service_nodes',
      params: { fields: { public_ip: true, swarm: true, height: false } },
    });
    const [first] = some.body.result?.service_node_states ?? [];
    expect(Object.keys(first ?? {}).sort()).toEqual(['public_ip', 'swarm']);
    const { body: own } = await rpc(node, 'sotto_directory', {});
    expect(decodeSignedList(fromBase64(own.list ?? ''))).toEqual(network.signed);
  });

  it('400 and the words for what it does not understand, 404 for other paths', async () => {
    const [node] = network.nodes;
    if (node === undefined) throw new Error('no node');
    expect(await post(node, '/storage_rpc/v1', '{')).toMatchObject({ status: 400, text: 'invalid json' });
    expect(await rpc(node, 'frobnicate', {})).toMatchObject({ status: 400, text: 'no method frobnicate' });
    expect(await post(node, '/elsewhere?x=1', '')).toMatchObject({
      ...{ status: 404, text: 'post /elsewhere Not Found' },
    });
    expect(await post(node, '/storage_rpc/v1', '{}', { headers: { 'x-loki-long-poll': '' } })).toMatchObject({
      ...{ status: 410, text: 'long polling is no longer supported, client upgrade required' },
    });
    expect((await post(node, '/storage_rpc/v1', '', { method: 'GET' })).status).toBe(404);
    expect((await post(node, '/sotto/link/v1/storage', '{}')).status).toBe(404);
  });
});
