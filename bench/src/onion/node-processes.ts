import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import {
  type DirectoryNode,
  encodeSignedList,
  formatListFile,
  newList,
  newSwarmId,
  parseNodeFile,
  signList,
} from '@sotto/directory';
import { initNode } from '@sotto/storage-node';
import type { CpuClock } from '../measure.ts';
import { cpuOfTree } from '../peers/process-tree.ts';

/** Storage nodes as users run them: a process each, at an address of its own on this machine. */
export interface NodeProcesses {
  readonly nodes: readonly DirectoryNode[];
  /** Serialized signed list, as a network text carries it. */
  readonly directory: Uint8Array<ArrayBuffer>;
  readonly pids: readonly number[];
  /** CPU of all nodes together. */
  readonly cpu: CpuClock;
  /** CPU of the nodes at these places of the list. */
  cpuAt(places: readonly number[]): number;
  close(): Promise<void>;
}

const BIN = fileURLToPath(new URL('../../../apps/cli/bin/sotto.js', import.meta.url));
const PORT = 22_021;

export interface NodeStart {
  /** Of Node, before the program. */
  readonly flags?: readonly string[];
  readonly end?: NodeJS.Signals;
}

/** Start swarms of so many members each. */
export async function startNodeProcesses(
  swarms: readonly number[],
  { flags = [], end = 'SIGKILL' }: NodeStart = {},
): Promise<NodeProcesses> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-nodes-'));
  const block = 1 + Math.floor(Math.random() * 254);
  const listed: DirectoryNode[] = [];
  const folders: string[] = [];
  for (const members of swarms) {
    // A copy: what a list says of its swarms is remembered, and this one still grows.
    const swarm = newSwarmId({ nodes: [...listed] });
    for (let member = 0; member < members; member++) {
      const data = join(folder, `${listed.length}`);
      const ip = `127.${block}.${listed.length + 1}.1`;
      const made = await initNode({ data, ip, httpsPort: PORT, omqPort: 0 });
      listed.push({ ...parseNodeFile(JSON.stringify(made)), swarm });
      folders.push(data);
    }
  }
  const signer = ed25519KeyPair(randomBytes(32));
  const unsigned = newList({
    signers: [signer.publicKey],
    threshold: 1,
    subnets: 'ignore',
    now: Date.now(),
    nodes: listed,
  });
  const list = signList(unsigned, signer.secretKey);
  const file = join(folder, 'directory.json');
  writeFileSync(file, formatListFile(list));
  const children = await Promise.all(
    folders.map((data, index) => serve(data, `${listed[index]?.ip}:${PORT}`, file, flags)),
  );
  return {
    nodes: [...listed],
    directory: encodeSignedList(list),
    pids: children.map(({ pid = 0 }) => pid),
    cpu: () => cpuOf(children),
    cpuAt: (places) => cpuOf(children.filter((_, place) => places.includes(place))),
    close: async () => {
      await Promise.all(children.map((child) => stop(child, end)));
      rmSync(folder, { recursive: true });
    },
  };
}

function cpuOf(children: readonly ChildProcess[]): number {
  return children.reduce((sum, { pid = 0 }) => sum + cpuOfTree(pid), 0);
}

function serve(
  data: string,
  listen: string,
  list: string,
  nodeFlags: readonly string[],
): Promise<ChildProcess> {
  const flags = ['--data', data, '--listen', listen, '--directory', list, '--json'];
  const child = spawn(process.execPath, [...nodeFlags, BIN, 'node', 'serve', ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`a node ended with ${code}`)));
  });
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners('exit').once('exit', () => resolve());
    child.kill(signal);
  });
}
