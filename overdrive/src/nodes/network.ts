import { randomInt } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import {
  type DirectoryNode,
  encodeSignedList,
  formatListFile,
  newList,
  parseNodeFile,
  signList,
} from '@sotto/directory';
import { initNode } from '@sotto/storage-node';
import type { NodeRunner } from './run-node.ts';

/** Below the ports that systems give to outgoing connections. */
const PORTS = { lowest: 10_000, highest: 32_000 } as const;
/** What makes a node the same one again; all else goes with its disk. */
const KEPT = new Set(['node.json', 'certificate.pem', 'certificate-key.pem']);

/** A storage node with an address and a folder of its own. */
export interface OwnNode {
  readonly listed: DirectoryNode;
  /** Its folder. */
  readonly data: string;
  /** Of its process, when it has one. */
  readonly pid: number | undefined;
  readonly isUp: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** It is gone for good, and so is what it had stored; whoever starts it again has an empty disk. */
  lose(): Promise<void>;
}

export interface OwnNetwork {
  /** One array for each swarm. */
  readonly swarms: readonly (readonly OwnNode[])[];
  readonly directory: Bytes;
  /** Second number of all its addresses. */
  readonly block: number;
  close(): Promise<void>;
}

/** Swarms of so many members each, all running. */
export async function startNetwork(sizes: readonly number[], run: NodeRunner): Promise<OwnNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-overdrive-'));
  const block = randomInt(1, 255);
  // Others on this machine may have the same block: not the same port too.
  const port = randomInt(PORTS.lowest, PORTS.highest);
  const file = join(folder, 'directory.json');
  const made: { readonly listed: DirectoryNode; readonly node: OwnNode }[] = [];
  const swarms: OwnNode[][] = [];
  for (const [index, size] of sizes.entries()) {
    const swarm = (2n ** 64n / BigInt(sizes.length)) * BigInt(index);
    const members: OwnNode[] = [];
    for (let count = 0; count < size; count++) {
      const data = join(folder, `${made.length}`);
      const described = await initNode({
        data,
        ip: `127.${block}.${made.length + 1}.1`,
        httpsPort: port,
        omqPort: 0,
      });
      const listed = { ...parseNodeFile(JSON.stringify(described)), swarm };
      const node = ownNode(listed, data, () => run({ data, host: listed.ip, port, directory: file }));
      made.push({ listed, node });
      members.push(node);
    }
    swarms.push(members);
  }
  const signer = ed25519KeyPair(randomBytes(32));
  const nodes = made.map(({ listed }) => listed);
  const terms = {
    signers: [signer.publicKey],
    threshold: 1,
    subnets: 'ignore',
    now: Date.now(),
    nodes,
  } as const;
  const list = signList(newList(terms), signer.secretKey);
  writeFileSync(file, formatListFile(list));
  await Promise.all(made.map(({ node }) => node.start()));
  return {
    swarms,
    directory: encodeSignedList(list),
    block,
    close: async () => {
      await Promise.all(made.map(({ node }) => node.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ownNode(listed: DirectoryNode, data: string, run: () => ReturnType<NodeRunner>): OwnNode {
  let running: Awaited<ReturnType<NodeRunner>> | undefined;
  const node: OwnNode = {
    listed,
    data,
    get pid() {
      return running?.pid;
    },
    get isUp() {
      return running !== undefined;
    },
    start: async () => {
      running ??= await run();
    },
    stop: async () => {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },
    lose: async () => {
      await node.stop();
      const lost = readdirSync(data).filter((name) => !KEPT.has(name));
      for (const name of lost) rmSync(join(data, name), { recursive: true });
    },
  };
  return node;
}
