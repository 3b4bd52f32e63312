import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import type { Clock, Collector, IncomingEnvelope, RoadMemory } from '@sotto/client';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import {
  type DirectoryNode,
  encodeSignedList,
  formatListFile,
  newList,
  parseNodeFile,
  type SignedList,
  signList,
  swarmFor,
} from '@sotto/directory';
import { postToGuard } from '@sotto/net-node';
import { initNode, type RunningNode, startNode } from '@sotto/storage-node';
import { createOnionRoad, type GuardRequest, type OnionRoad } from '@sotto/transport-onion';

/** A storage node in this process, with an address and a folder of its own. */
export interface RoadNode extends DirectoryNode {
  readonly data: string;
  running: RunningNode | undefined;
}

export interface RoadNodes {
  readonly nodes: readonly RoadNode[];
  readonly directory: Bytes;
  membersOf(key: Uint8Array): readonly RoadNode[];
  start(node: RoadNode): Promise<void>;
  stop(node: RoadNode): Promise<void>;
  close(): Promise<void>;
}

const PORT = 22021;

/** Swarms of so many members each. */
export async function startRoadNodes(swarms: readonly number[]): Promise<RoadNodes> {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-onion-road-'));
  const file = join(dir, 'directory.json');
  const block = randomInt(1, 255);
  const nodes: RoadNode[] = [];
  for (const [index, members] of swarms.entries()) {
    const swarm = (2n ** 64n / BigInt(swarms.length)) * BigInt(index);
    for (let member = 0; member < members; member++) {
      const data = join(dir, `node-${nodes.length}`);
      const ip = `127.${block}.${nodes.length + 1}.1`;
      const made = await initNode({ data, ip, httpsPort: PORT, omqPort: 0 });
      nodes.push({ ...parseNodeFile(JSON.stringify(made)), swarm, data, running: undefined });
    }
  }
  const signed = listOf(nodes);
  await writeFile(file, formatListFile(signed));
  const network: RoadNodes = {
    nodes,
    directory: encodeSignedList(signed),
    membersOf: (key) =>
      swarmFor(signed.list, key).nodes.flatMap(({ ip }) => nodes.find((node) => node.ip === ip) ?? []),
    async start(node) {
      const listen = { host: node.ip, port: node.httpsPort };
      node.running = await startNode({ data: node.data, listen, directory: file });
    },
    async stop(node) {
      const { running } = node;
      node.running = undefined;
      await running?.close();
    },
    async close() {
      await Promise.all(nodes.map((node) => network.stop(node)));
      await rm(dir, { recursive: true, force: true });
    },
  };
  await Promise.all(nodes.map((node) => network.start(node)));
  return network;
}

function listOf(nodes: readonly RoadNode[]): SignedList {
  const signer = ed25519KeyPair(randomBytes(32));
  const listed = nodes.map(({ data, running, ...node }) => node);
  const signers = [signer.publicKey];
  const list = newList({ signers, threshold: 1, subnets: 'ignore', now: Date.now(), nodes: listed });
  return signList(list, signer.secretKey);
}

const clock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A road over these nodes, and the addresses that it dials. */
export function newOnionRoad({ directory }: RoadNodes): {
  readonly road: OnionRoad;
  readonly dialled: ReadonlySet<string>;
} {
  const dialled = new Set<string>();
  const send = postToGuard();
  const post = (request: GuardRequest) => {
    dialled.add(request.ip);
    return send(request);
  };
  let saved: Bytes | undefined;
  const memory: RoadMemory = {
    load: async () => saved,
    save: async (bytes) => {
      saved = bytes;
    },
  };
  return { road: createOnionRoad({ directory, post, clock, random: randomBytes, memory }), dialled };
}

/** What a road hands over; everything is committed at once. */
export function collectMail() {
  const envelopes: IncomingEnvelope[] = [];
  const events: string[] = [];
  const collector: Collector = {
    envelope: async (envelope) => {
      envelopes.push(envelope);
    },
    drained: () => events.push('drained'),
    connected: () => events.push('connected'),
    disconnected: () => events.push('disconnected'),
    stopped: (reason) => events.push(reason),
  };
  return { envelopes, events, collector };
}
