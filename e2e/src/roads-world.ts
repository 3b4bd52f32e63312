import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, startUntilReady } from './long-running.ts';
import { sottoJson } from './run-sotto.ts';
import { type StorageNodes, startStorageNodes } from './storage-nodes.ts';
import type { Person } from './world.ts';

/** A relay of this world, at an address that it keeps. */
export interface RelayServer {
  readonly data: string;
  /** All that its process printed. */
  readonly log: string;
  /** `address:port`, as traces name it. */
  readonly at: string;
  readonly url: string;
  running: Running | undefined;
}

/** Storage nodes, relays that anybody may register at, and people: all real processes, in one temporary folder. */
export interface RoadsWorld {
  readonly dir: string;
  readonly storage: StorageNodes;
  readonly relays: readonly RelayServer[];
  /** Make an account at a relay and on the onion road, or on the onion road alone when `relay` is left out. */
  person(
    label: string,
    relay?: RelayServer | undefined,
    options?: { readonly name?: string; readonly flags?: readonly string[] },
  ): Promise<Person>;
  startRelay(relay: RelayServer): Promise<void>;
  killRelay(relay: RelayServer): Promise<void>;
  close(): Promise<void>;
}

const RELAY_PORT = 8443;

export async function createRoadsWorld(swarms: readonly number[], relays: number): Promise<RoadsWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-roads-'));
  const storage = await startStorageNodes(swarms);
  const serve = (data: string, at: string, log: string) =>
    startUntilReady(['relay', 'serve', '--data', data, '--listen', at, '--registration', 'open'], { log });
  const servers = await Promise.all(
    Array.from({ length: relays }, async (_, index) => {
      const data = join(dir, `relay-${index}`);
      const at = `127.${storage.block}.${200 + index}.1:${RELAY_PORT}`;
      const log = join(dir, `relay-${index}.log`);
      const running: Running | undefined = await serve(data, at, log);
      return { data, at, log, url: String(running.ready['url']), running } as RelayServer;
    }),
  );
  const killRelay = async (relay: RelayServer) => {
    const { running } = relay;
    relay.running = undefined;
    await running?.stop('SIGKILL');
  };
  return {
    dir,
    storage,
    relays: servers,
    async person(label, relay, { name = `${label} ${randomBytes(4).toString('hex')}`, flags = [] } = {}) {
      const profile = join(dir, label);
      const home = relay === undefined ? ['--onion-only'] : ['--relay', relay.url];
      const created = await sottoJson([
        ...['account', 'create', '--profile', profile, '--name', name, '--directory', storage.list],
        ...home,
        ...flags,
      ]);
      return { name, profile, account: String(created['account_id']) };
    },
    async startRelay(relay) {
      relay.running = await serve(relay.data, relay.at, relay.log);
    },
    killRelay,
    async close() {
      await Promise.all(servers.map(killRelay));
      await storage.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A relay or node that a test cannot do without. */
export function theOne<One>(list: readonly One[], index = 0): One {
  const one = list[index];
  if (one === undefined) throw new Error(`there is no number ${index} of ${list.length}`);
  return one;
}
