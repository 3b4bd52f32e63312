import { asBytes, type Bytes, equalBytes, toHex, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { encodeSignedList, formatListFile, newList, signList, withNodes } from '@sotto/directory';
import { parseAccountId } from '@sotto/identity';
import { nodeKeysFromSeed } from '@sotto/onion';
import { encodeLayerFrame, formatOuterLayer, HARDFORK, ONION_TEXT } from '@sotto/protocol';
import { expect } from 'vitest';
import type { Lie, LieGroup } from '../evil/lie.ts';
import { type Hop, LINK_ONION, type NodeMeddling } from './front.ts';
import type { Reply } from './inner-node.ts';
import { NODES, type NodeWorld } from './node-world.ts';

/** Each dropped layer costs its request's whole time, and a few may be dropped one after the other. Milliseconds. */
const PATIENCE = 90_000;
const AROUND = 'go another way, and leave a path that fails';

/** A hop of a path does something else than it should. Both people’s texts arrive all the same. */
function hopLie(
  name: string,
  tells: string,
  hop: (pass: (body?: Bytes) => Promise<Reply>, hop: Hop, world: NodeWorld) => Promise<Reply | 'silence'>,
  rest: { readonly must?: string; readonly liars?: number; readonly guards?: boolean } = {},
): Lie<NodeWorld> {
  const { must = AROUND, liars = 1, guards = true } = rest;
  return {
    ...{ name, tells, must, told: { kind: 'nothing' } },
    async act(world) {
      const tally = world.lie(liars, {
        hop: (pass, at) => (guards || !at.isGuard ? hop(pass, at, world) : undefined),
      });
      await sayPast(world, tally);
      await world.chats.settle(PATIENCE);
    },
  };
}

/** Messages until one has met the liar; then an honest one back. */
async function sayPast({ alice, bob, chats }: NodeWorld, tally: { readonly told: number }): Promise<void> {
  await expect
    .poll(
      async () => {
        await (await chats.say(alice, bob)).until('sent', PATIENCE);
        return tally.told;
      },
      { timeout: PATIENCE },
    )
    .toBeGreaterThan(0);
  await (await chats.say(bob, alice)).until('sent', PATIENCE);
}

const clear = (status: number, text: string) => async (): Promise<Reply> => ({ status, body: utf8(text) });

/** A destination answers with bytes that are not sealed as they should be. */
function unsealed(name: string, tells: string, answer: () => Bytes): Lie<NodeWorld> {
  return {
    ...{ name, tells, must: AROUND, told: { kind: 'nothing' } },
    async act(world) {
      const { alice, bob, chats } = world;
      const tally = world.lie(1, {
        rpc: (request) =>
          request.method === 'store' ? Promise.resolve({ status: 200, body: answer() }) : undefined,
      });
      await (await chats.say(alice, bob)).until('sent', PATIENCE);
      await chats.settle(PATIENCE);
      expect(tally.told).toBeGreaterThan(0);
    },
  };
}

/** Nodes give out a list that is not the one. */
function listLie(name: string, tells: string, make: (world: NodeWorld) => Bytes): Lie<NodeWorld> {
  return {
    ...{ name, tells },
    must: 'go on by the list that the signers have signed, and never go back',
    told: { kind: 'nothing' },
    async act(world) {
      const { alice, nodes, dialled, directory } = world;
      const list = Buffer.from(make(world)).toString('base64');
      const lie: NodeMeddling['rpc'] = (request) =>
        request.method === 'sotto_directory'
          ? Promise.resolve({ status: 200, body: { list, t: world.clock.now(), hf: HARDFORK } })
          : undefined;
      const tally = world.lie(NODES, {
        rpc: lie,
        direct: (request, honest, liar) => lie(request, honest, liar) as never,
      });
      await alice.restart();
      await expect.poll(() => tally.told, { timeout: 15_000 }).toBeGreaterThan(0);
      await world.isUp(alice);
      expect(world.roadOf(alice).list()?.list.sequence).toBe(directory.list.sequence);
      expect(world.roadOf(alice).list()?.list.nodes.length).toBe(NODES);
      expect(
        [...dialled].every((at) => nodes.some(({ listed }) => at === `${listed.ip}:${listed.httpsPort}`)),
      ).toBe(true);
    },
  };
}

/** A layer that comes when its request has gone another way: late, but true. */
const delayedLayer: Lie<NodeWorld> = {
  name: 'delayed layer',
  tells: 'holds layers back until the messages have gone another way, and passes them on then',
  must: 'go another way, and show once what comes twice',
  told: { kind: 'nothing' },
  async act(world) {
    let release: (nothing?: undefined) => void = () => undefined;
    const gone = new Promise<undefined>((resolve) => {
      release = resolve;
    });
    const tally = world.lie(1, { hop: (pass) => gone.then(() => pass()) });
    try {
      await sayPast(world, tally);
    } finally {
      release();
    }
    await world.chats.settle(PATIENCE);
  },
};

const foreign = (world: NodeWorld) => {
  const keys = nodeKeysFromSeed(randomBytes(32));
  const [first] = world.nodes;
  if (first === undefined) throw new Error('there are no nodes');
  return {
    ...first.listed,
    ip: '127.253.253.253',
    ed25519: keys.ed25519.publicKey,
    x25519: keys.x25519.publicKey,
  };
};

export const liesOnPaths: LieGroup<NodeWorld> = {
  title: 'Paths, lists and time',
  lies: [
    hopLie('dropped layer', 'takes a layer and never answers', async () => 'silence'),
    hopLie('altered layer', 'changes a layer before it passes it on', (pass, { body }) => {
      const other = asBytes(body.slice());
      other[40] = (other[40] ?? 0) ^ 1;
      return pass(other);
    }),
    hopLie(
      'layer sent twice',
      'passes a layer on two times',
      async (pass) => {
        const first = pass();
        await pass().catch(() => undefined);
        return first;
      },
      { must: 'be served once: the node behind refuses a layer that it has seen' },
    ),
    delayedLayer,
    hopLie(
      'earlier layer',
      'passes on a layer of an earlier request in the place of this one',
      (pass, at) => {
        const before = earlierLayers.get(at.number) ?? at.body;
        earlierLayers.set(at.number, at.body);
        return pass(before);
      },
    ),
    hopLie('misrouted layer', 'passes a layer on to another node than it is for', (_, at, { nodes }) => {
      const wrong = nodes.find(({ number, listed }) => {
        return number !== at.number && !equalBytes(listed.ed25519, at.peeled.next);
      });
      if (wrong === undefined) throw new Error('there is no other node');
      const { ciphertext, ...outer } = at.peeled.layer;
      return wrong.inner.link(LINK_ONION, encodeLayerFrame([ciphertext], formatOuterLayer(outer)));
    }),
    hopLie('altered answer', 'changes a byte of the answer that comes back', async (pass) => {
      const { status, body } = await pass();
      const other = asBytes(body.slice());
      other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 1;
      return { status, body: other };
    }),
    hopLie('truncated answer', 'passes back the first half of an answer', async (pass) => {
      const { status, body } = await pass();
      return { status, body: asBytes(body.slice(0, body.length >> 1)) };
    }),
    hopLie('garbage on the way back', 'passes back bytes of its own', async () => ({
      status: 200,
      body: randomBytes(4_200),
    })),
    hopLie('nothing on the way back', 'passes back nothing and calls it an answer', async () => ({
      status: 200,
      body: new Uint8Array(0),
    })),
    hopLie(
      'an answer in the place of the next',
      'answers itself, under its own key, what is for the nodes behind it',
      async (_, { peeled }) => ({
        status: 200,
        body: peeled.wrap(utf8(JSON.stringify({ status: 200, body: { messages: [] } }))),
      }),
    ),
    hopLie('an answer to another request', 'passes back the answer to an earlier request', async (pass) => {
      const { status, body } = await pass();
      const before = earlierAnswer;
      earlierAnswer = body;
      return before === undefined ? { status, body } : { status, body: before };
    }),
    hopLie('oversized answer', 'passes back five megabytes', async () => ({
      status: 200,
      body: new Uint8Array(5_000_000) as Bytes,
    })),
    hopLie('a next hop that is gone', 'says that it knows no such next node', (_, { peeled }) =>
      clear(502, `${ONION_TEXT.notFound}${toHex(peeled.next)}`)(),
    ),
    hopLie(
      'a destination that is gone',
      'names another node than the next as the one that it does not know',
      (_, { number }, { nodes }) =>
        clear(
          502,
          `${ONION_TEXT.notFound}${toHex(nodes[(number + 1) % NODES]?.listed.ed25519 ?? new Uint8Array(32))}`,
        )(),
    ),
    hopLie('a wrong clock', 'says that our clock is wrong', clear(406, 'Timestamp error: check your clock')),
    hopLie('too early', 'says that it is too early', clear(425, 'Too early')),
    hopLie('too many', 'says that too much is asked', clear(429, 'too many requests')),
    hopLie(
      '421 on the way',
      'says, as if it were the destination, that it is of another swarm',
      clear(421, '{"snodes":[],"swarm":"0"}'),
    ),
    hopLie('401 on the way', 'says that we may not do this', clear(401, 'no')),
    hopLie('504 on the way', 'says that the time is over', clear(504, ONION_TEXT.timeout)),
    hopLie('500 on the way', 'says that something is wrong', clear(500, 'Internal Server Error')),
    unsealed('an answer under no key', 'answers a store with bytes that are sealed to nobody', () =>
      randomBytes(4_136),
    ),
    unsealed('an answer in the clear', 'answers a store without sealing it', () =>
      utf8(JSON.stringify({ status: 200, body: { swarm: {} } })),
    ),
    listLie('old list', 'gives out a list that came before ours', ({ earlier }) => earlier),
    listLie('list of other signers', 'gives out a list that it has signed itself', (world) => {
      const key = ed25519KeyPair(randomBytes(32));
      const nodes = [foreign(world)];
      const list = newList({
        signers: [key.publicKey],
        threshold: 1,
        subnets: 'ignore',
        now: world.clock.now(),
        nodes,
      });
      return encodeSignedList(signList(list, key.secretKey));
    }),
    listLie(
      'next list that is not signed',
      'gives out a next list with a node more, signed by somebody else',
      (world) => {
        const next = withNodes(
          world.directory,
          [...world.directory.list.nodes, foreign(world)],
          world.clock.now(),
        );
        return encodeSignedList(signList(next, ed25519KeyPair(randomBytes(32)).secretKey));
      },
    ),
    listLie('list with another key', 'gives out a next list with a node under another key', (world) => {
      const { ed25519, x25519 } = foreign(world);
      const nodes = world.directory.list.nodes.map((node, at) =>
        at === 0 ? { ...node, ed25519, x25519 } : node,
      );
      const next = withNodes(world.directory, nodes, world.clock.now());
      return encodeSignedList(signList(next, ed25519KeyPair(randomBytes(32)).secretKey));
    }),
    listLie('altered list', 'changes an address in the list', ({ directory, nodes }) => {
      const text = Buffer.from(encodeSignedList(directory));
      const [first] = nodes;
      const at = text.indexOf(Buffer.from((first?.listed.ip ?? '').split('.').map(Number)));
      text[Math.max(at, 60)] = (text[Math.max(at, 60)] ?? 0) ^ 1;
      return asBytes(text);
    }),
    listLie('garbage for a list', 'gives out bytes that are no list', () => randomBytes(900)),
    listLie('the file of a list', 'gives out the list in another form', ({ directory }) =>
      utf8(formatListFile(directory)),
    ),
    {
      name: 'false time at three',
      tells: 'says in every answer, with two others, that it is the year 2100',
      must: 'go by what most nodes say',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        const tally = world.lie(3, {
          rpc: (request, honest) =>
            request.method === 'store' || request.method === 'retrieve'
              ? honest().then(({ status, body }) => ({
                  status,
                  body: { ...(body as object), t: 4_102_444_800_000 },
                }))
              : undefined,
        });
        for (let count = 0; count < 4; count++) {
          await (await chats.say(alice, bob)).until('sent', 20_000);
          await (await chats.say(bob, alice)).until('sent', 20_000);
        }
        await chats.settle();
        expect(tally.told).toBeGreaterThan(0);
        const { record } = (await alice.store.account()) ?? {};
        const examined =
          record && (await world.roadOf(alice).examine({ account: parseAccountId(alice.account), record }));
        expect(Math.abs(examined?.clockOffset ?? Number.POSITIVE_INFINITY)).toBeLessThan(60_000);
      },
    },
    {
      name: 'false time and version of a guard',
      tells: 'says, and so do all, when it is asked directly, that it is 1970 and that it is of version 999',
      must: 'believe no guard about the time, and go by no version',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats } = world;
        const tally = world.lie(NODES, {
          direct: (request) =>
            request.method === 'info'
              ? Promise.resolve({
                  status: 200,
                  body: { version: [999, 0, 0], timestamp: 1_000_000_001, t: 1_000_000_001, hf: HARDFORK },
                })
              : undefined,
        });
        // `doctor` asks the guards whether they live.
        const { record } = (await alice.store.account()) ?? {};
        const examined =
          record && (await world.roadOf(alice).examine({ account: parseAccountId(alice.account), record }));
        expect(examined?.guards.alive).toBeGreaterThan(0);
        expect(Math.abs(examined?.clockOffset ?? Number.POSITIVE_INFINITY)).toBeLessThan(60_000);
        await (await chats.say(alice, bob)).until('sent', 20_000);
        expect(tally.told).toBeGreaterThan(0);
      },
    },
    {
      name: 'an account that is not deleted',
      tells: 'says, and so do all, that an account is deleted, without signing it',
      must: 'not believe it: the account stays, and the command says so',
      told: { kind: 'outcome', outcome: 'road-failed' },
      async act(world) {
        const leaver = await world.newcomer();
        world.lie(NODES, {
          rpc: (request) =>
            request.method === 'delete'
              ? Promise.resolve({ status: 200, body: { swarm: {}, t: world.clock.now(), hf: HARDFORK } })
              : undefined,
        });
        expect(await leaver.client.deleteAccount()).toEqual({ outcome: 'road-failed', road: 'onion' });
        expect(await leaver.client.showAccount()).toBeDefined();
      },
    },
  ],
};

/** Of each liar's requests, the one before. */
const earlierLayers = new Map<number, Bytes>();

/** Of any request that went through the liar. */
let earlierAnswer: Bytes | undefined;
