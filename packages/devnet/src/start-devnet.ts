import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join, resolve } from 'node:path';
import { toHex } from '@sotto/bytes';
import { encodeSignedList } from '@sotto/directory';
import { replaceFile } from '@sotto/files';
import { formatNetwork, parseRelayUrl } from '@sotto/identity';
import { BoundedLog } from './bounded-log.ts';
import { type ChainTools, followRegistry, prepareRegistry, registerNodes } from './chain/prepare-chain.ts';
import { chooseLayout } from './choose-layout.ts';
import { askControl, ControlInUse, type ControlRequest, serveControl } from './control.ts';
import { controlPath } from './control-path.ts';
import { DevnetError, systemCode } from './errors.ts';
import {
  appPlace,
  chainPlace,
  type Layout,
  nodePlace,
  type Place,
  readLayout,
  relayPlace,
} from './layout.ts';
import {
  type InitNode,
  type PreparedNode,
  type PreparedNodes,
  prepareNodes,
  signNodes,
  writeSeen,
} from './prepare-nodes.ts';
import { ServerProcess } from './server-process.ts';
import type { DevnetReady, ProcessStatus } from './types.ts';

export interface DevnetOptions {
  /** Made if it is missing; remembers addresses, keys and everything that servers keep. */
  readonly dir: string;
  /** Script that is the `sotto` command; every server is a process of it. */
  readonly bin: string;
  /** Absent: as the folder remembers, else 9. */
  readonly nodes?: number;
  /** Absent: as the folder remembers, else of three nodes each. */
  readonly swarms?: number;
  readonly relay: boolean;
  /** Labels of the apps to run, each once. */
  readonly apps?: readonly string[];
  readonly initNode: InitNode;
  /** Have the nodes in a registry on a chain of this machine. Absent: as the folder remembers. */
  readonly chain?: boolean;
  readonly chainTools?: ChainTools;
  /** Nodes test each other and vote within seconds instead of an hour. */
  readonly quickVotes?: boolean;
  /** What a person should hear while the devnet runs: servers that ended by themselves. */
  readonly note: (words: string) => void;
  /** Ends the start early, with DevnetError `interrupted`. */
  readonly signal?: AbortSignal;
}

export interface Devnet {
  readonly ready: DevnetReady;
  /** Resolves when it was told to stop by `controlDevnet`, or closed. */
  readonly ended: Promise<void>;
  /** End all servers; none of them is left after 2 s. */
  close(): Promise<void>;
}

export type StartedDevnet =
  | { readonly outcome: 'started'; readonly devnet: Devnet }
  /** A devnet runs in this folder already; this is its line. */
  | { readonly outcome: 'running'; readonly ready: DevnetReady };

/** A server is asked to end and then ended; what it acknowledged is on disk at any moment. Milliseconds. */
const GRACE_MS = 1500;

/** Epochs of votes are counted in blocks; each is kept for good and costs 1.7 KB. */
const BLOCK_SECONDS = 12;
const QUICK_BLOCK_SECONDS = 1;

/**
 * Start a network of real processes and resolve when all of them answer. Rejects with DevnetError; nothing
 * is left running then.
 */
export async function startDevnet(options: DevnetOptions): Promise<StartedDevnet> {
  const dir = await makeFolder(options.dir);
  const path = controlPath(dir);
  const supervisor = new Supervisor(path);
  try {
    await supervisor.listen();
  } catch (error) {
    if (!(error instanceof ControlInUse)) throw error;
    return { outcome: 'running', ready: (await askControl(path, { action: 'ready' })) as DevnetReady };
  }
  try {
    // Only now: nobody else writes here while this listens.
    await refuseForeign(dir);
    return { outcome: 'started', devnet: await supervisor.start({ ...options, dir }) };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}

async function makeFolder(dir: string): Promise<string> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return await realpath(resolve(dir));
  } catch (error) {
    throw unusable(error);
  }
}

async function refuseForeign(dir: string): Promise<void> {
  if ((await readLayout(dir)) !== undefined) return;
  const entries = await readdir(dir).catch((error: unknown) => {
    throw unusable(error);
  });
  if (entries.length === 0) return;
  throw new DevnetError(
    'bad-folder',
    'this folder holds something else than a devnet',
    'name an empty folder, or one that is not there yet, with --dir',
  );
}

function unusable(error: unknown): DevnetError {
  return new DevnetError('bad-folder', `the folder of the devnet cannot be used (${systemCode(error)})`);
}

/** Holds the servers and answers for them. Actions come one after the other. */
class Supervisor {
  readonly ended: Promise<void>;
  readonly #path: string;
  readonly #servers = new Map<string, ServerProcess>();
  readonly #ready: Promise<DevnetReady>;
  #tellReady: (ready: DevnetReady) => void = () => undefined;
  #failReady: (error: Error) => void = () => undefined;
  #tellEnded: () => void = () => undefined;
  #listening: Server | undefined;
  #log: BoundedLog | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #unfollow: () => void = () => undefined;

  constructor(path: string) {
    this.#path = path;
    this.#ready = new Promise((done, fail) => {
      this.#tellReady = done;
      this.#failReady = fail;
    });
    // Somebody may ask for it or not.
    this.#ready.catch(() => undefined);
    this.ended = new Promise((done) => {
      this.#tellEnded = done;
    });
  }

  async listen(): Promise<void> {
    this.#listening = await serveControl(this.#path, (request) => this.#answer(request));
  }

  async start(options: DevnetOptions): Promise<Devnet> {
    const { dir, signal } = options;
    const interrupted = new Promise<never>((_, fail) => {
      const give = (): void => fail(new DevnetError('interrupted', 'told to end before it was ready'));
      if (signal?.aborted === true) give();
      else signal?.addEventListener('abort', give, { once: true });
    });
    interrupted.catch(() => undefined);
    const starting = this.#startServers(dir, options);
    this.#starting = starting;
    const ready = await Promise.race([interrupted, starting]);
    this.#tellReady(ready);
    return { ready, ended: this.ended, close: () => this.close() };
  }

  /** Runs once; later callers wait for the same end. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #startServers(dir: string, options: DevnetOptions): Promise<DevnetReady> {
    const { apps = [] } = options;
    const layout = await chooseLayout(dir, { ...options, apps });
    const made = await prepareNodes(dir, layout, options.initNode);
    const logs = join(dir, 'logs');
    await mkdir(logs, { recursive: true, mode: 0o700 });
    this.#log = new BoundedLog(join(logs, 'devnet.log'));
    const serve = (target: string, args: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
      if (this.#closing !== undefined)
        throw new DevnetError('interrupted', 'told to end before it was ready');
      const onCrash = (words: string): void => {
        this.#log?.write(`${new Date().toISOString()} ${words}\n`);
        options.note(words);
      };
      const log = join(logs, `${target.replace(':', '-')}.log`);
      const grace = target === 'chain' ? { grace: GRACE_MS } : {};
      const server = new ServerProcess({ target, bin: options.bin, args, log, onCrash, ...grace });
      this.#servers.set(target, server);
      return server.start();
    };
    const relay = options.relay ? serve('relay', relayArgs(dir, layout)) : undefined;
    // Whoever fails first is heard of, and the others are ended then.
    relay?.catch(() => undefined);
    const chain = layout.chain ? await this.#startChain(dir, { layout, made, options, serve }) : undefined;
    const prepared = chain?.prepared ?? (await signNodes(dir, made));
    const nodes = made.map((node, index) =>
      serve(`node:${index + 1}`, [
        ...['node', 'serve', '--data', node.data, '--directory', chain?.file ?? prepared.file],
        ...['--listen', addressOf(nodePlace(layout, index + 1))],
        ...(options.quickVotes === true ? ['--quick-votes'] : []),
      ]),
    );
    const [relayReady] = await Promise.all([relay, ...nodes]);
    const url = relayReady === undefined ? null : String(relayReady['url']);
    const network = join(dir, 'network.txt');
    const writeNetwork = (list: PreparedNodes): void =>
      replaceFile(network, `${networkText(url, list)}\n`, 0o644);
    writeNetwork(prepared);
    if (chain !== undefined) this.#unfollow = chain.follow(writeNetwork);
    // Its place in a new process, and so its secret, is told anew after each start.
    const shown = await Promise.all(
      apps.map(async (label) => {
        const profile = join(dir, 'apps', label);
        const target = `app:${label}`;
        const { url } = await serve(target, [
          ...['app', '--profile', profile, '--listen', addressOf(appPlace(layout, label))],
          ...['--network', network, '--label', label],
        ]);
        const pid = this.#servers.get(target)?.status.pid ?? 0;
        return { name: label, url: String(url), profile, pid };
      }),
    );
    return {
      event: 'ready',
      dir,
      pid: process.pid,
      relay: url,
      relay_pid: this.#servers.get('relay')?.status.pid ?? null,
      directory: prepared.file,
      network,
      chain: chain?.file ?? null,
      chain_pid: this.#servers.get('chain')?.status.pid ?? null,
      nodes: prepared.nodes.map((node, index) => ({
        ip: node.ip,
        https_port: node.httpsPort,
        pubkey_ed25519: toHex(node.ed25519),
        pubkey_x25519: toHex(node.x25519),
        swarm_id: String(node.swarm),
        pid: this.#servers.get(`node:${index + 1}`)?.status.pid ?? 0,
        data: node.data,
      })),
      apps: shown,
    };
  }

  /** The chain, its registry and all nodes in it; and for clients, who read no chain, a list of what it says. */
  async #startChain(dir: string, { layout, made, options, serve }: ChainStart): Promise<StartedChain> {
    const { chainTools: tools } = options;
    if (tools === undefined) throw new DevnetError('no-chain', 'this program runs no devnet with a chain');
    const { host, port } = chainPlace(layout);
    const state = join(dir, 'chain-state.json');
    const blockTime = options.quickVotes === true ? QUICK_BLOCK_SECONDS : BLOCK_SECONDS;
    const { url } = await serve('chain', [
      ...['devnet', 'chain', '--listen', `${host}:${port}`, '--state', state],
      ...['--block-time', String(blockTime)],
    ]);
    const registry = await prepareRegistry(dir, String(url), tools);
    const read = await registerNodes(registry, made, tools);
    const swarms = new Map(read.nodes.map(({ ed25519, swarm }) => [toHex(ed25519), swarm]));
    const nodes = made.map((node) => ({
      ...node,
      swarm: swarms.get(toHex(node.ed25519)) ?? node.swarm,
    }));
    return {
      file: registry.file,
      prepared: await writeSeen(dir, nodes, read.nodes),
      follow: (write) =>
        followRegistry(registry.source, tools.ask, (now) => {
          writeSeen(dir, nodes, now)
            .then(write)
            .catch((error: unknown) => options.note(`the list of nodes was not renewed: ${String(error)}`));
        }),
    };
  }

  #answer(request: ControlRequest): Promise<unknown> {
    if (request.action === 'ready') return this.#ready;
    const turn = this.#turn.then(() => this.#act(request));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #act({ action, target }: ControlRequest): Promise<readonly ProcessStatus[]> {
    if (action === 'stop') {
      // Before the answer: whoever has it may start the next devnet in this folder at once.
      await this.close();
      return this.#statuses();
    }
    if (action === 'status') return this.#statuses();
    // What is still being started for the first time is left alone.
    await this.#ready;
    const server = this.#servers.get(target ?? '');
    if (server === undefined) {
      const known = [...this.#servers.keys()].join(', ');
      throw new DevnetError('no-such-target', `this devnet has no ${target ?? 'target'}`, `it has ${known}`);
    }
    if (action === 'kill') await server.kill();
    else if (server.status.pid === null && this.#closing === undefined) await server.start();
    return [server.status];
  }

  #statuses(): readonly ProcessStatus[] {
    return [...this.#servers.values()].map(({ status }) => status);
  }

  async #close(): Promise<void> {
    this.#unfollow();
    this.#failReady(new DevnetError('not-running', 'the devnet has ended'));
    await this.#endServers();
    // A start that was cut off goes as far as its next server; nothing is written after this has ended.
    await this.#starting.catch(() => undefined);
    this.#listening?.close();
    await rm(this.#path, { force: true });
    this.#log?.close();
    this.#tellEnded();
  }

  async #endServers(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.end(GRACE_MS)));
  }
}

interface ChainStart {
  readonly layout: Layout;
  readonly made: readonly PreparedNode[];
  readonly options: DevnetOptions;
  serve(target: string, args: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
}

interface StartedChain {
  /** Names the registry. */
  readonly file: string;
  /** With the swarms that the registry gives. */
  readonly prepared: PreparedNodes;
  /** Keep the list as the registry is, and tell of each. Returns what ends it. */
  follow(write: (list: PreparedNodes) => void): () => void;
}

function relayArgs(dir: string, layout: Layout): readonly string[] {
  const listen = addressOf(relayPlace(layout));
  return ['relay', 'serve', '--data', join(dir, 'relay'), '--listen', listen, '--registration', 'open'];
}

function addressOf({ host, port }: Place): string {
  return `${host}:${port}`;
}

function networkText(relay: string | null, { nodes, signed }: PreparedNodes): string {
  return formatNetwork({
    ...(relay === null ? {} : { relay: parseRelayUrl(relay) }),
    ...(nodes.length === 0 ? {} : { directory: encodeSignedList(signed) }),
  });
}
