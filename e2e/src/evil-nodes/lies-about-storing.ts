import { toHex, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { nodeKeysFromSeed } from '@sotto/onion';
import { HARDFORK, type StoreRequest } from '@sotto/protocol';
import { expect } from 'vitest';
import type { Lie, LieGroup, Told } from '../evil/lie.ts';
import { owesNothing } from '../evil/person.ts';
import type { Liar, RpcReply } from './front.ts';
import { NODES, type NodeWorld } from './node-world.ts';
import { hashOf, isMailStore, signed, storedBy } from './replies.ts';

type Answer = (request: StoreRequest, world: NodeWorld, liar: Liar) => RpcReply;

/** One member lies about a text that alice stores. Others store it, and it arrives. */
function storeLie(name: string, tells: string, answer: Answer, liars = 1): Lie<NodeWorld> {
  return {
    ...{ name, tells },
    must: 'count only what members have signed with their own keys, and ask others until it is enough',
    told: { kind: 'nothing' },
    async act(world) {
      const { alice, bob, chats } = world;
      world.lie(liars, {
        rpc: (request, _, liar) =>
          isMailStore(request) ? Promise.resolve(answer(request, world, liar)) : undefined,
      });
      await (await chats.say(alice, bob)).until('sent', 20_000);
      await chats.settle();
    },
  };
}

/** So many lie that the text cannot become durable. It waits, with words where there are any, and arrives in the end. */
function waiting(
  name: string,
  tells: string,
  answer: Answer,
  told: Told = { kind: 'nothing' },
): Lie<NodeWorld> {
  return {
    ...{ name, tells },
    must: 'not call it sent; keep it and try again',
    told,
    async act(world) {
      const { alice, bob, chats } = world;
      if (told.kind === 'problem') await owesNothing(alice);
      const tally = world.lie(NODES, {
        rpc: (request, _, liar) =>
          isMailStore(request) ? Promise.resolve(answer(request, world, liar)) : undefined,
      });
      const written = await chats.say(alice, bob);
      await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(1);
      await expect
        .poll(async () => (await alice.store.outbox()).some(({ attempts }) => attempts > 0), {
          timeout: 10_000,
        })
        .toBe(true);
      expect((await written.look()).state).toBe('queued');
      if (told.kind === 'problem') {
        await expect.poll(async () => (await written.problem())?.code).toBe(told.code);
      }
      await alice.restart();
    },
  };
}

const say =
  (status: number, body: unknown = 'no'): Answer =>
  () => ({ status, body });

export const liesAboutStoring: LieGroup<NodeWorld> = {
  title: 'What is stored',
  lies: [
    storeLie(
      'stored without storing',
      'signs that it has a message, and neither keeps it nor passes it on',
      (request, { clock }, liar) => storedBy([liar], request, clock.now()),
    ),
    storeLie(
      'stored in the name of all',
      'says that all members have it, with its own signature for each',
      (request, { nodes, clock }, liar) => {
        const hash = hashOf(request.mailbox, request.namespace, request.data);
        const entry = { hash, signature: signed(liar, hash) };
        const swarm = Object.fromEntries(nodes.map(({ keys }) => [toHex(keys.ed25519.publicKey), entry]));
        return { status: 200, body: { hash, swarm, t: clock.now(), hf: HARDFORK } };
      },
    ),
    storeLie(
      'stored by nodes that are none',
      'says that seven nodes of its own making have it, which sign truly',
      (request, { clock }) =>
        storedBy(
          Array.from({ length: NODES }, () => ({ keys: nodeKeysFromSeed(randomBytes(32)) })),
          request,
          clock.now(),
        ),
    ),
    storeLie(
      'signatures over another message',
      'shows signatures of five members over something else',
      (request, { nodes, clock }) => {
        const hash = hashOf(request.mailbox, request.namespace, request.data);
        const other = hashOf(request.mailbox, request.namespace, utf8('another message'));
        const swarm = Object.fromEntries(
          nodes
            .slice(0, 5)
            .map((node) => [toHex(node.keys.ed25519.publicKey), { hash, signature: signed(node, other) }]),
        );
        return { status: 200, body: { hash, swarm, t: clock.now(), hf: HARDFORK } };
      },
    ),
    storeLie(
      'stored under another name',
      'says that all members have something else, which all of them have signed',
      ({ mailbox, namespace, ...request }, { nodes, clock }) =>
        storedBy(nodes, { ...request, mailbox, namespace, data: utf8('another message') }, clock.now()),
    ),
    storeLie('garbage for an answer', 'answers with what is no JSON', say(200, '{"swarm":')),
    storeLie('an answer of nothing', 'answers with an empty body', say(200, '')),
    storeLie(
      'a swarm of nonsense',
      'answers with members that are no keys and entries that are none',
      say(200, { swarm: { x: 1, y: null } }),
    ),
    storeLie('403 for a good message', 'says that it may not be stored here', say(403)),
    storeLie('413 for a small message', 'says that it is too large', say(413)),
    storeLie(
      '406 with a right clock',
      'says that our clock is wrong',
      say(406, 'Timestamp error: check your clock'),
    ),
    storeLie(
      '421 that names itself',
      'says that the message belongs to another swarm, which is its own',
      (_, { clock, nodes }, liar) => ({
        status: 421,
        body: {
          snodes: nodes.filter(({ number }) => number === liar.number).map(describe),
          swarm: 'f',
          t: clock.now(),
          hf: HARDFORK,
        },
      }),
    ),
    {
      name: '421 that names strangers',
      tells: 'says, and so do all, that the message belongs to a swarm of addresses that are in no list',
      must: 'dial none of them, look for a newer list, and keep the message',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice, bob, chats, clock, dialled, nodes } = world;
        const stranger = { ip: '127.254.254.254', port_https: 22021, port_omq: 22020 };
        const keys = nodeKeysFromSeed(randomBytes(32));
        const snode = {
          ...stranger,
          pubkey_ed25519: toHex(keys.ed25519.publicKey),
          pubkey_x25519: toHex(keys.x25519.publicKey),
        };
        const tally = world.lie(NODES, {
          rpc: (request) =>
            isMailStore(request)
              ? Promise.resolve({
                  status: 421,
                  body: { snodes: [snode], swarm: '1', t: clock.now(), hf: HARDFORK },
                })
              : undefined,
        });
        const written = await chats.say(alice, bob);
        await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(1);
        expect((await written.look()).state).toBe('queued');
        expect(
          [...dialled].every((at) => nodes.some(({ listed }) => at === `${listed.ip}:${listed.httpsPort}`)),
        ).toBe(true);
        await alice.restart();
      },
    },
    waiting('421 without end', 'says, and so do all, that it keeps no such mailbox', (_, { clock }) => ({
      status: 421,
      body: { snodes: [], swarm: 'ffffffffffffffff', t: clock.now(), hf: HARDFORK },
    })),
    waiting('503 without end', 'says, and so do all, that it is not ready', say(503)),
    waiting('429 without end', 'says, and so do all, that too much is asked', say(429)),
    waiting(
      '406 of all',
      'says, and so do all, that our clock is wrong',
      say(406, 'Timestamp error: check your clock'),
    ),
    waiting(
      'stored on too few',
      'stores nothing and says, as all do, that it alone has it',
      (request, { clock }, liar) => storedBy([liar], request, clock.now()),
      {
        kind: 'problem',
        code: 'too-few-nodes',
      },
    ),
    {
      name: 'refused by three',
      tells: 'says, and so do so many that it can never be durable, that the message may not be stored',
      must: 'end the message with words, keep it, and send it when it is told to again',
      told: { kind: 'problem', code: 'refused-by-onion' },
      async act(world) {
        const { alice, bob, chats } = world;
        world.lie(NODES, {
          rpc: (request) => (isMailStore(request) ? Promise.resolve({ status: 403, body: 'no' }) : undefined),
        });
        const written = await chats.say(alice, bob);
        await written.until('failed');
        expect((await written.problem())?.code).toBe('refused-by-onion');
        world.honest();
        await alice.client.retryMessage((await written.look()).id);
        await written.until('sent', 20_000);
      },
    },
    {
      name: 'a swarm that conspires',
      tells: 'has made five members sign, with their true keys, for a message that none of them keeps',
      must: 'show the recipient that something is missing as soon as the next message comes',
      told: { kind: 'gap' },
      async act(world) {
        const { alice, bob, chats, clock, nodes } = world;
        world.lie(NODES, {
          rpc: (request) =>
            isMailStore(request)
              ? Promise.resolve(storedBy(nodes.slice(0, 5), request, clock.now()))
              : undefined,
        });
        const lost = await chats.say(alice, bob);
        await lost.until('sent');
        chats.lose(lost);
        world.honest();
        await (await chats.say(alice, bob)).until('sent', 20_000);
        await chats.settle();
      },
    },
  ],
};

function describe({ listed }: NodeWorld['nodes'][number]) {
  return {
    ip: listed.ip,
    port_https: listed.httpsPort,
    port_omq: listed.omqPort,
    pubkey_ed25519: toHex(listed.ed25519),
    pubkey_x25519: toHex(listed.x25519),
  };
}
