import { createServer, type Server } from 'node:https';
import { type BencodedValue, type Bytes, decodeBencoded, fromUtf8, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes, x25519KeyPair } from '@sotto/crypto';
import { type Conversation, type CurveKeys, OxenMq } from '@sotto/oxenmq';
import { readCertificate } from '../src/data/certificate.ts';
import { readNode } from '../src/data/node-keys.ts';
import { startNode } from '../src/index.ts';
import { createNetwork, type TestNetwork, type TestNode } from './_network.ts';

/**
 * OxenMQ by real sockets. Nodes of ours whose listed HTTPS port answers like an original node's, without HTTP/2 and
 * links, are to the others what an original node is.
 */
export interface MixedNetwork {
  readonly network: TestNetwork;
  readonly ours: TestNode;
  readonly originals: readonly [TestNode, TestNode];
  /** Start one again that was stopped. */
  startLikeOriginal(node: TestNode): Promise<void>;
  close(): Promise<void>;
}

/** One swarm of a node of ours and two that are like original ones. */
export async function createMixedNetwork(): Promise<MixedNetwork> {
  const network = await createNetwork([3], { omq: true });
  const [ours, two, three] = network.nodes;
  if (ours === undefined || two === undefined || three === undefined) throw new Error('no nodes');
  const doors = new Map<TestNode, Server>();

  async function startLikeOriginal(node: TestNode): Promise<void> {
    doors.get(node)?.close();
    const { certificate, privateKey } = readCertificate(node.data);
    const door = createServer({ cert: certificate, key: privateKey }, (request, response) => {
      // It names another key than the list: the one by which its chain knows it.
      const name = { 'x-oxen-snode-pubkey': toBase64(randomBytes(32)) };
      if (request.url === '/ping_test/v1') response.writeHead(200, name).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => door.listen(node.httpsPort, node.ip, resolve));
    doors.set(node, door);
    node.running = await startNode({
      data: node.data,
      listen: { host: node.ip, port: node.httpsPort + 1 },
      directory: network.file,
      now: () => Date.now() + network.ahead,
    });
  }

  for (const node of network.nodes) await network.stop(node);
  for (const node of [two, three]) await startLikeOriginal(node);
  await network.start(ours);
  return {
    network,
    ours,
    originals: [two, three],
    startLikeOriginal,
    async close() {
      for (const door of doors.values()) door.close();
      await network.close();
    },
  };
}

const clients: OxenMq[] = [];

/** After each test that has connected. */
export async function closeConnections(): Promise<void> {
  for (const client of clients.splice(0)) await client.close();
}

/** How often a node has counted something. */
export const times = (node: TestNode, event: keyof ReturnType<typeof totals>): number =>
  totals(node)[event] ?? 0;
function totals(node: TestNode) {
  if (node.running === undefined) throw new Error('not running');
  return node.running.events.totals();
}

export const ASK = { timeout: 10_000, maxReply: 11_000_000 };

/** A connection to a node, with these keys or fresh ones. `heard` gets what it tells without being asked. */
export async function connect(
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

export function freshKeys(): CurveKeys {
  return x25519KeyPair(randomBytes(32));
}

export function keysOf(node: TestNode): CurveKeys {
  const keys = readNode(node.data)?.keys;
  if (keys === undefined) throw new Error('no keys');
  return { publicKey: keys.x25519, secretKey: keys.x25519Secret.expose() };
}

export async function ask(
  conversation: Conversation,
  command: string,
  ...data: Uint8Array[]
): Promise<readonly Bytes[]> {
  const answer = await conversation.ask(command, data, ASK);
  if (answer.outcome !== 'answered') throw new Error(`${command}: ${JSON.stringify(answer)}`);
  return answer.data;
}

export async function askText(
  conversation: Conversation,
  command: string,
  ...data: Uint8Array[]
): Promise<string[]> {
  return (await ask(conversation, command, ...data)).map(fromUtf8);
}

export const LIMITS = { depth: 20, values: 10_000 };
export function dictOf(bytes: Bytes | undefined): ReadonlyMap<string, BencodedValue> {
  const value = bytes === undefined ? undefined : decodeBencoded(bytes, LIMITS);
  if (!(value instanceof Map)) throw new Error('no dict');
  return value;
}

export const json = (params: object): Bytes => utf8(JSON.stringify(params));
