import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BEHIND, Pipes } from '@sotto/test-servers';
import { isFree } from './free-port.ts';
import { type Running, startUntilReady } from './long-running.ts';
import { runSotto, sottoJson } from './run-sotto.ts';

/** NODE.json as `sotto node init` prints it, with where it runs. */
export interface StorageNode {
  readonly ip: string;
  readonly https_port: number;
  readonly pubkey_ed25519: string;
  readonly pubkey_x25519: string;
  readonly data: string;
  /** One line for every onion layer that this node opened. */
  readonly trace: string;
  /** All that its process printed. */
  readonly log: string;
  running: Running | undefined;
}

/** Storage nodes, each a process of its own with its own address, key and folder, and their signed list. */
export interface StorageNodes {
  readonly dir: string;
  readonly list: string;
  /** Everything of this world has an address `127.<block>.x.y`. */
  readonly block: number;
  readonly nodes: readonly StorageNode[];
  /** Between the nodes, when they were started with them. */
  readonly pipes: Pipes | undefined;
  /** `env` is added to what its process finds in its environment. */
  start(node: StorageNode, env?: Record<string, string>): Promise<void>;
  /** A new one, in the list and running, in the smallest swarm. */
  add(): Promise<StorageNode>;
  /** Take one off the list; it goes on running. */
  unlist(node: StorageNode): Promise<void>;
  /** With -9; its folder stays. */
  kill(node: StorageNode): Promise<void>;
  /** All lines traced since the last call, in the order of their time. */
  takeTrace(): Promise<readonly Traced[]>;
  close(): Promise<void>;
}

export interface Traced {
  readonly node: string;
  readonly at: number;
  readonly from: string;
  readonly to: string | null;
  readonly role: string;
}

const PORT = 22021;

/**
 * Start `swarms.length` swarms with so many members each, made with the commands that an operator types. `envOf` is
 * what a node's process finds in its environment besides, by the node's number. With `pipes`, the network between them
 * can be cut.
 */
export async function startStorageNodes(
  swarms: readonly number[],
  envOf: (number: number) => Record<string, string> = () => ({}),
  options: { readonly pipes?: true } = {},
): Promise<StorageNodes> {
  const pipes = options.pipes === undefined ? undefined : new Pipes();
  const dir = await mkdtemp(join(tmpdir(), 'sotto-nodes-'));
  const block = await freeBlock();
  const list = join(dir, 'directory.json');
  const key = join(dir, 'directory.key');
  const nodes: StorageNode[] = [];
  await sottoJson(['directory', 'init', '--file', list, '--key', key, '--subnets', 'ignore']);
  const make = async (swarm: readonly string[]): Promise<StorageNode> => {
    const number = nodes.length + 1;
    const ip = `127.${block}.${number}.1`;
    const data = join(dir, `node-${number}`);
    const made = await sottoJson(['node', 'init', '--data', data, '--public', `${ip}:${PORT}`]);
    const file = join(dir, `node-${number}.json`);
    await writeFile(file, JSON.stringify(made));
    await runChecked(['directory', 'add', file, '--file', list, '--key', key, ...swarm]);
    const node = {
      ...(made as unknown as StorageNode),
      data,
      trace: join(dir, `trace-${number}`),
      log: join(dir, `node-${number}.log`),
      running: undefined,
    };
    await pipes?.add({ ip, httpsPort: node.https_port });
    nodes.push(node);
    return node;
  };
  for (const members of swarms) {
    // The first of a swarm opens it; the others are told its ID.
    let swarm = 'new';
    for (let member = 0; member < members; member++) {
      const made = await make(['--swarm', swarm]);
      if (member === 0) swarm = await newestSwarm(list, made.pubkey_ed25519);
    }
  }
  const offsets = new Map<string, number>();
  const start = async (node: StorageNode, env: Record<string, string> = {}) => {
    const port = node.https_port + (pipes === undefined ? 0 : BEHIND);
    node.running = await startUntilReady(
      [
        ...['node', 'serve', '--data', node.data, '--listen', `${node.ip}:${port}`],
        ...['--directory', list, '--trace', node.trace],
      ],
      { log: node.log, env },
    );
  };
  const kill = async (node: StorageNode) => {
    const { running } = node;
    node.running = undefined;
    await running?.stop('SIGKILL');
  };
  await Promise.all(nodes.map((node, index) => start(node, envOf(index + 1))));
  return {
    dir,
    list,
    block,
    nodes,
    pipes,
    start,
    kill,
    async add() {
      const node = await make([]);
      await start(node, envOf(nodes.length));
      return node;
    },
    unlist: ({ ip }) => runChecked(['directory', 'remove', ip, '--file', list, '--key', key]),
    async takeTrace() {
      const lines: Traced[] = [];
      for (const { trace, ip } of nodes) {
        const text = await readFile(trace, 'utf8').catch(() => '');
        const from = offsets.get(trace) ?? 0;
        // A line that is just being written is left for the next time.
        const whole = text.lastIndexOf('\n') + 1;
        offsets.set(trace, whole);
        for (const line of text.slice(from, whole).split('\n')) {
          if (line !== '') lines.push({ node: ip, ...(JSON.parse(line) as Omit<Traced, 'node'>) });
        }
      }
      return lines.toSorted((left, right) => left.at - right.at);
    },
    async close() {
      await Promise.all(nodes.map(kill));
      await pipes?.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A second number of loopback addresses that no other world uses. */
export async function freeBlock(): Promise<number> {
  for (;;) {
    const block = randomInt(1, 255);
    if (await isFree(`127.${block}.1.1`, PORT)) return block;
  }
}

async function runChecked(args: readonly string[]): Promise<void> {
  const done = await runSotto(args);
  if (done.code !== 0)
    throw new Error(`sotto ${args.slice(0, 2).join(' ')} ended with ${done.code}: ${done.stderr}`);
}

async function newestSwarm(list: string, key: string): Promise<string> {
  const { nodes } = JSON.parse(await readFile(list, 'utf8')) as {
    nodes: { pubkey_ed25519: string; swarm_id: string }[];
  };
  const found = nodes.find(({ pubkey_ed25519 }) => pubkey_ed25519 === key);
  if (found === undefined) throw new Error('the node is not in the list it was added to');
  return found.swarm_id;
}
