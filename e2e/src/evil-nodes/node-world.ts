import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, fromHex } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, randomBytes } from '@sotto/crypto';
import {
  type DirectoryNode,
  encodeSignedList,
  formatListFile,
  newList,
  parseNodeFile,
  type SignedList,
  signList,
  withNodes,
} from '@sotto/directory';
import { formatNetwork } from '@sotto/identity';
import { postToGuard } from '@sotto/net-node';
import { type NodeKeys, nodeKeysFromSeed } from '@sotto/onion';
import { initNode, startNode } from '@sotto/storage-node';
import { createOnionRoad, type OnionRoad } from '@sotto/transport-onion';
import { type Chats, createChats } from '../evil/chats.ts';
import { createFastClock, type FastClock } from '../evil/fast-clock.ts';
import { makeFastFolder } from '../evil/fast-folder.ts';
import { recordOf } from '../evil/forge-record.ts';
import { createPerson, type Person } from '../evil/person.ts';
import { renewRecord } from '../evil/renew-record.ts';
import { freeBlock } from '../storage-nodes.ts';
import { waitUntil } from '../wait-until.ts';
import { type Front, type Liar, type NodeMeddling, startFront } from './front.ts';
import { createInnerNode } from './inner-node.ts';

const SPEED = 5;
/** Answers are waited for half as long as elsewhere: all nodes share one process, and are slower than they would be. */
const PATIENCE = 2;
/** Milliseconds; what is waited for longer is a poll. */
const LONGEST_ANSWER = 15_000;
const PORT = 22021;
/** The real node, behind the one that stands at its address. */
const INNER_PORT = 22022;
/** One swarm, so that every box lies at all of them; five of seven make a message durable. */
export const NODES = 7;

export interface LyingNode extends Liar {
  readonly listed: DirectoryNode;
  /** How it lies at present. */
  meddling: NodeMeddling;
}

export interface NodeWorld {
  readonly clock: FastClock;
  readonly nodes: readonly LyingNode[];
  readonly alice: Person;
  readonly bob: Person;
  readonly chats: Chats;
  /** The list as its signer has signed it, and an earlier one. */
  readonly directory: SignedList;
  readonly earlier: Bytes;
  readonly signer: Ed25519KeyPair;
  /** Bob's record before the one that alice has pinned. */
  readonly bobsFirst: Bytes;
  /** Addresses that clients have dialled. */
  readonly dialled: ReadonlySet<string>;
  roadOf(person: Person): OnionRoad;
  /** The first so many nodes that have the occasion lie, and the others are honest. */
  lie(liars: number, meddling: NodeMeddling): { readonly told: number };
  honest(): void;
  told(): number;
  newcomer(): Promise<Person>;
  isUp(person: Person): Promise<void>;
  close(): Promise<void>;
}

export async function createNodeWorld(): Promise<NodeWorld> {
  const dir = await makeFastFolder('sotto-evil-nodes-');
  const clock = createFastClock(SPEED);
  const block = await freeBlock();
  const signer = ed25519KeyPair(randomBytes(32));
  const made: { readonly data: string; readonly listed: DirectoryNode; readonly keys: NodeKeys }[] = [];
  for (let number = 1; number <= NODES; number++) {
    const data = join(dir, `node-${number}`);
    const file = await initNode({ data, ip: `127.${block}.${number}.1`, httpsPort: PORT, omqPort: 0 });
    const listed = { ...parseNodeFile(JSON.stringify(file)), swarm: 0n };
    const { ed25519_seed } = JSON.parse(readFileSync(join(data, 'node.json'), 'utf8')) as {
      ed25519_seed: string;
    };
    made.push({ data, listed, keys: nodeKeysFromSeed(fromHex(ed25519_seed)) });
  }
  const first = signList(
    newList({
      ...{ signers: [signer.publicKey], threshold: 1, subnets: 'ignore', now: clock.now() },
      nodes: made.slice(1).map(({ listed }) => listed),
    }),
    signer.secretKey,
  );
  const directory = signList(
    withNodes(
      first,
      made.map(({ listed }) => listed),
      clock.now(),
    ),
    signer.secretKey,
  );
  const file = join(dir, 'directory.json');
  await writeFile(file, formatListFile(directory));

  let total = 0;
  let tally = { told: 0 };
  const fronts: Front[] = [];
  const running: { close(): Promise<void> }[] = [];
  const nodes: LyingNode[] = [];
  for (const [number, { data, listed, keys }] of made.entries()) {
    const host = listed.ip;
    running.push(
      await startNode({ data, listen: { host, port: INNER_PORT }, directory: file, now: clock.now }),
    );
    const inner = createInnerNode({ host, port: INNER_PORT }, keys);
    const node: LyingNode = { number, keys, listed, inner, meddling: {} };
    nodes.push(node);
    fronts.push(
      await startFront({
        ...{ number, keys, inner, speed: SPEED },
        at: { host, port: PORT },
        certificate: {
          cert: readFileSync(join(data, 'certificate.pem'), 'utf8'),
          key: readFileSync(join(data, 'certificate-key.pem'), 'utf8'),
        },
        meddling: () => node.meddling,
        told() {
          total++;
          tally.told++;
        },
      }),
    );
  }

  const dialled = new Set<string>();
  const send = postToGuard();
  const roads = new Map<string, OnionRoad>();
  const people: Person[] = [];
  const person = async (name: string) => {
    const makeRoads: Parameters<typeof createPerson>[0]['makeRoads'] = ({ directory: list }, memoryOf) => {
      if (list === undefined) return [];
      const road = createOnionRoad({
        ...{ directory: list, clock, random: randomBytes, memory: memoryOf('onion') },
        post(request) {
          dialled.add(`${request.ip}:${request.port}`);
          const isPoll = request.timeout > LONGEST_ANSWER;
          return send({ ...request, timeout: request.timeout / (isPoll ? SPEED : PATIENCE) });
        },
      });
      roads.set(name, road);
      return [road];
    };
    const network = formatNetwork({ directory: encodeSignedList(directory) });
    const made = await createPerson({ name, dir, network, clock, makeRoads, onionOnly: true });
    people.push(made);
    return made;
  };
  const [alice, bob] = await Promise.all([person('alice'), person('bob')]);
  let newcomers = 0;
  const world: NodeWorld = {
    ...{ clock, nodes, alice, bob, directory, signer, dialled },
    chats: createChats(),
    earlier: encodeSignedList(first),
    bobsFirst: (await recordOf(bob)).bytes,
    roadOf({ name }) {
      const road = roads.get(name);
      if (road === undefined) throw new Error(`${name} has no road`);
      return road;
    },
    lie(liars, meddling) {
      const chosen = new Set<number>();
      tally = { told: 0 };
      for (const node of nodes) {
        node.meddling = onlyBy(meddling, {
          may: () => chosen.has(node.number) || chosen.size < liars,
          does: () => chosen.add(node.number),
        });
      }
      return tally;
    },
    honest() {
      for (const node of nodes) node.meddling = {};
    },
    told: () => total,
    newcomer: () => person(`newcomer ${++newcomers}`),
    isUp: ({ client, name }) =>
      waitUntil(`the road of ${name} is up`, 60_000, async () =>
        (await client.status()).roads.every(({ state }) => state === 'up'),
      ),
    async close() {
      world.honest();
      await Promise.all(people.map((one) => one.close()));
      await Promise.all(fronts.map((front) => front.close()));
      for (const { inner } of nodes) inner.close();
      await Promise.all(running.map((node) => node.close()));
      await rm(dir, { recursive: true, force: true });
    },
  };
  await befriend(world);
  await renewRecord(world);
  return world;
}

/** Hooks of a node that may not be one of the liars, and is one as soon as it has lied. */
function onlyBy(meddling: NodeMeddling, liar: { may(): boolean; does(): void }): NodeMeddling {
  function one<Given extends readonly unknown[], Lied>(
    hook: ((...given: Given) => Lied | undefined) | undefined,
  ): (...given: Given) => Lied | undefined {
    return (...given) => {
      const lied = hook === undefined || !liar.may() ? undefined : hook(...given);
      if (lied !== undefined) liar.does();
      return lied;
    };
  }
  const { rpc, hop, member, direct } = meddling;
  return { rpc: one(rpc), hop: one(hop), member: one(member), direct: one(direct) };
}

async function befriend({ alice, bob, chats }: NodeWorld): Promise<void> {
  await (await chats.say(alice, bob)).until('sent');
  await chats.settle();
  await bob.client.acceptRequest(alice.account);
  await (await chats.say(bob, alice)).until('sent');
  await chats.settle();
  // From here on both write to the mailboxes that they have told each other.
  await (await chats.say(alice, bob)).until('sent');
  await chats.settle();
}
