import { concatBytes, fromBase64, toBase64, utf8 } from '@sotto/bytes';
import { ed25519Verify, randomBytes } from '@sotto/crypto';
import { SUBACCOUNT_ACCESS } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createNetwork,
  createOwner,
  createSubaccount,
  membersFor,
  type Owner,
  retrieveParams,
  rpc,
  type Subaccount,
  signedStore,
  type TestNetwork,
  type TestNode,
  textOf,
} from './_network.ts';

/** Who acts for an owner, at nodes that keep a mailbox together (reference: session-protocol §3.7). */

const DAY = 86_400_000;
const { read, write, delete: remove, anyPrefix } = SUBACCOUNT_ACCESS;
let network: TestNetwork;

beforeAll(async () => {
  network = await createNetwork([2]);
});
afterAll(() => network.close());

function keepers(owner: Owner): { entry: TestNode; other: TestNode } {
  const [entry, other] = membersFor(network, owner.mailbox).inside as [TestNode, TestNode];
  return { entry, other };
}

const h = toBase64(new Uint8Array(32)).slice(0, 43);

/** Every method that looks at a signature, as a subaccount asks for it. */
const METHODS: readonly {
  readonly name: string;
  readonly needs: number;
  ask(sub: Subaccount, at: number): readonly [string, object];
}[] = [
  {
    name: 'store',
    needs: write,
    ask: (sub, at) => {
      const rest = { namespace: 42, timestamp: at, ttl: DAY, data: 'AAAA' };
      return ['store', { ...sub.params(`store42${at}`), ...rest }];
    },
  },
  {
    name: 'store into an outbox',
    needs: write | remove,
    ask: (sub, at) => {
      const rest = { namespace: -41, timestamp: at, ttl: DAY, data: 'AAAA' };
      return ['store', { ...sub.params(`store-41${at}`), ...rest }];
    },
  },
  {
    name: 'retrieve',
    needs: read,
    ask: (sub, at) => ['retrieve', { ...sub.params(`retrieve42${at}`), namespace: 42, timestamp: at }],
  },
  {
    name: 'retrieve from an outbox, where nobody needs to sign',
    needs: read,
    ask: (sub, at) => ['retrieve', { ...sub.params(`retrieve-41${at}`), namespace: -41, timestamp: at }],
  },
  {
    name: 'get_expiries',
    needs: read,
    ask: (sub, at) => [
      'get_expiries',
      { ...sub.params(`get_expiries${at}${h}`), messages: h, timestamp: at },
    ],
  },
  {
    name: 'delete',
    needs: remove,
    ask: (sub) => ['delete', { ...sub.params(`delete${h}`), messages: h }],
  },
  {
    name: 'delete_all',
    needs: remove,
    ask: (sub, at) => ['delete_all', { ...sub.params(`delete_all${at}`), timestamp: at }],
  },
  {
    name: 'delete_before',
    needs: remove,
    ask: (sub, at) => ['delete_before', { ...sub.params(`delete_before42${at}`), namespace: 42, before: at }],
  },
  {
    name: 'expire_all',
    needs: remove,
    ask: (sub, at) => ['expire_all', { ...sub.params(`expire_allall${at}`), namespace: 'all', expiry: at }],
  },
  {
    name: 'expire',
    needs: write,
    ask: (sub, at) => ['expire', { ...sub.params(`expire${at}${h}`), messages: h, expiry: at }],
  },
  {
    name: 'expire extend',
    needs: write,
    ask: (sub, at) => [
      'expire',
      { ...sub.params(`expireextend${at}${h}`), messages: h, expiry: at, extend: true },
    ],
  },
];

describe('a subaccount', () => {
  it.each(METHODS.map((one) => [one.name, one] as const))(
    'needs its bits for %s, at each member',
    async (_name, { ask, needs }) => {
      for (let access = 0; access < 8; access++) {
        const owner = createOwner();
        const { entry } = keepers(owner);
        const [method, params] = ask(createSubaccount(owner, access), Date.now());
        const { status, body } = await rpc(entry, method, params);
        const allowed = (access & needs) === needs;
        expect([access, status]).toEqual([access, allowed ? 200 : 401]);
        for (const mine of Object.values(body.swarm ?? {})) expect(mine.failed).toBeUndefined();
      }
    },
  );

  it('is for mailboxes of its prefix, or of any when its token says so', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const status = async (access: number, prefix: number) => {
      const at = Date.now();
      const sub = createSubaccount(owner, access, prefix);
      const params = { ...sub.params(`retrieve42${at}`), namespace: 42, timestamp: at };
      return (await rpc(entry, 'retrieve', params)).status;
    };
    expect(await status(read, 3)).toBe(200);
    expect(await status(read, 5)).toBe(401);
    expect(await status(read | anyPrefix, 5)).toBe(200);
  });

  it('is nobody’s without the owner’s signature, and its requests are signed by itself', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const at = Date.now();
    const sub = createSubaccount(owner, read);
    const status = async (params: object) => (await rpc(entry, 'retrieve', params)).status;
    const good = { ...sub.params(`retrieve42${at}`), namespace: 42, timestamp: at };
    expect(await status(good)).toBe(200);
    expect(await status({ ...good, subaccount_sig: createOwner().sign(sub.token) })).toBe(401);
    expect(await status({ ...good, signature: owner.sign(`retrieve42${at}`) })).toBe(401);
    const raised = Uint8Array.from(sub.token);
    raised[1] = 7;
    expect(await status({ ...good, subaccount: toBase64(raised) })).toBe(401);
  });

  it('that may write and not delete lengthens lives, and shortens none', async () => {
    const owner = createOwner();
    const { entry, other } = keepers(owner);
    const { hash = '' } = (await rpc(entry, 'store', signedStore(owner, 42, 'x', { ttl: 2 * DAY }))).body;
    const sub = createSubaccount(owner, write);
    const ask = (expiry: number, mode = '') =>
      rpc(entry, 'expire', {
        ...sub.params(`expire${mode}${expiry}${hash}`),
        ...{ messages: [hash], expiry },
        ...(mode === '' ? {} : { [mode]: true }),
      });
    const at = Date.now();
    const shortened = await ask(at + DAY);
    expect(shortened.status).toBe(200);
    for (const mine of Object.values(shortened.body.swarm ?? {})) {
      expect(mine).toMatchObject({ updated: [], expiry: at + DAY });
      expect(mine.unchanged).toBeUndefined();
    }
    const lengthened = await ask(at + 5 * DAY);
    for (const mine of Object.values(lengthened.body.swarm ?? {})) expect(mine.updated).toEqual([hash]);
    expect(await ask(at + DAY, 'shorten')).toMatchObject({
      status: 400,
      text: 'expire: shorten parameter cannot be used with this subaccount token (missing delete access)',
    });
    const both = createSubaccount(owner, write | remove);
    const params = { ...both.params(`expireshorten${at + DAY}${hash}`), messages: [hash], expiry: at + DAY };
    const { body } = await rpc(other, 'expire', { ...params, shorten: true });
    for (const mine of Object.values(body.swarm ?? {})) expect(mine.updated).toEqual([hash]);
  });
});

describe('a revocation', () => {
  const revoke = (
    owner: Owner,
    node: TestNode,
    method: 'revoke' | 'unrevoke',
    tokens: readonly Uint8Array[],
    at: number,
  ) =>
    rpc(node, `${method}_subaccount`, {
      ...{ pubkey: owner.pubkey, timestamp: at, [method]: tokens.map(toBase64) },
      signature: owner.sign(concatBytes(utf8(`${method}_subaccount${at}`), ...tokens)),
    });
  const reads = async (sub: Subaccount, node: TestNode, namespace = 42) => {
    const at = Date.now();
    const params = { ...sub.params(`retrieve${namespace}${at}`), namespace, timestamp: at };
    return (await rpc(node, 'retrieve', params)).status;
  };

  it('ends a token at all members, signed by each, until the owner takes it back', async () => {
    const owner = createOwner();
    const { entry, other } = keepers(owner);
    const sub = createSubaccount(owner, read | write);
    const at = Date.now();
    const unknown = randomBytes(36);
    expect(await reads(sub, other)).toBe(200);
    const done = await revoke(owner, entry, 'revoke', [sub.token, unknown], at);
    expect(done.body).toMatchObject({ t: expect.any(Number), hf: [19, 4] });
    for (const node of [entry, other]) {
      const mine = done.body.swarm?.[node.key];
      const text = concatBytes(utf8(`${owner.pubkey}${at}`), sub.token, unknown);
      expect(ed25519Verify(node.ed25519, text, fromBase64(mine?.signature ?? ''))).toBe(true);
      expect(Object.keys(mine ?? {})).toEqual(['signature']);
      expect(await reads(sub, node)).toBe(401);
    }
    const back = await revoke(owner, other, 'unrevoke', [sub.token, randomBytes(36)], at + 1);
    for (const node of [entry, other]) {
      expect(back.body.swarm?.[node.key]).toMatchObject({ count: 1, signature: expect.any(String) });
      expect(await reads(sub, node)).toBe(200);
    }
  });

  it('leaves to read what is for those who were revoked, and nothing to write there', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const sub = createSubaccount(owner, read | write);
    await rpc(entry, 'store', signedStore(owner, -11, 'you were removed'));
    await revoke(owner, entry, 'revoke', [sub.token], Date.now());
    const at = Date.now();
    const params = { ...sub.params(`retrieve-11${at}`), namespace: -11, timestamp: at };
    expect(textOf((await rpc(entry, 'retrieve', params)).body)).toEqual(['you were removed']);
    const store = { ...sub.params(`store-11${at}`), namespace: -11, timestamp: at, ttl: DAY, data: 'AAAA' };
    expect((await rpc(entry, 'store', store)).status).toBe(401);
    expect(await reads(sub, entry, 11)).toBe(401);
    const expiries = { ...sub.params(`get_expiries${at}${h}`), messages: h, timestamp: at };
    expect((await rpc(entry, 'get_expiries', expiries)).status).toBe(401);
  });

  it('of an account without messages counts, and stays when all messages go', async () => {
    const owner = createOwner();
    const { entry, other } = keepers(owner);
    const sub = createSubaccount(owner, read);
    await revoke(owner, entry, 'revoke', [sub.token], Date.now());
    await rpc(entry, 'store', signedStore(owner, 42, 'x'));
    const at = Date.now();
    const signature = owner.sign(`delete_allall${at}`);
    await rpc(entry, 'delete_all', { pubkey: owner.pubkey, namespace: 'all', timestamp: at, signature });
    expect((await rpc(entry, 'retrieve', retrieveParams(owner, 42))).body.messages).toEqual([]);
    expect([await reads(sub, entry), await reads(sub, other)]).toEqual([401, 401]);
  });

  it('is the owner’s alone, and of now', async () => {
    const owner = createOwner();
    const { entry } = keepers(owner);
    const at = Date.now();
    const sub = createSubaccount(owner, 15);
    const tokens = [sub.token];
    const bySub = {
      ...sub.params(''),
      ...{ timestamp: at, revoke: tokens.map(toBase64) },
    };
    expect(await rpc(entry, 'revoke_subaccount', bySub)).toMatchObject({
      status: 401,
      text: 'revoke_subaccount signature verification failed',
    });
    expect(await revoke(owner, entry, 'revoke', tokens, at - 61_000)).toMatchObject({
      status: 406,
      text: 'revoke_subaccount timestamp too far from current time',
    });
    expect(await revoke(owner, entry, 'unrevoke', tokens, at + 61_000)).toMatchObject({
      status: 406,
      text: 'unrevoke_subaccount timestamp too far from current time',
    });
    expect(await reads(sub, entry)).toBe(200);
  });
});
