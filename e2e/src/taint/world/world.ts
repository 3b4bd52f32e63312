import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeList, parseListFile } from '@sotto/directory';
import { startUntilReady } from '../../long-running.ts';
import { type StorageNode, type StorageNodes, startStorageNodes, type Traced } from '../../storage-nodes.ts';
import { type Capture, mayCapture, startCapture } from './capture.ts';
import { type Server, watched } from './server.ts';

/** A relay and storage nodes, whose processes can be looked into, and the network between everybody. */
export interface TaintWorld {
  readonly dir: string;
  readonly relay: Server;
  readonly relayUrl: string;
  readonly storage: StorageNodes;
  readonly nodes: readonly Server[];
  /** Absent where packets cannot be seen. */
  readonly capture: Capture | undefined;
  /** Every list of storage nodes that there was. */
  readonly lists: readonly NodeList[];
  /** A storage node leaves the list and another one comes: who keeps what changes for some. */
  changeList(): Promise<void>;
  /** Every layer that any storage node has opened so far. */
  traced(): Promise<readonly Traced[]>;
  close(): Promise<void>;
}

const RELAY_PORT = 8443;

/** Start it: so many swarms, with so many members each, and a relay that wants invites. */
export async function createTaintWorld(swarms: readonly number[]): Promise<TaintWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-taint-'));
  const dumpOf = (number: number) => join(dir, `heap-${number}`);
  const storage = await startStorageNodes(swarms, (number) => watched(dumpOf(number)));
  const serverOf = ({ ip, data, log, running }: StorageNode, index: number): Server => ({
    name: `storage node ${index + 1}`,
    ...{ ip, data, log, running },
    dump: dumpOf(index + 1),
  });
  const nodes = storage.nodes.map(serverOf);
  const currentList = () => parseListFile(readFileSync(storage.list, 'utf8')).list;
  const lists = [currentList()];
  const capture = mayCapture() ? await startCapture(join(dir, 'packets.pcap'), storage.block) : undefined;
  const relay = await startRelay(dir, `127.${storage.block}.200.1`);
  const traced: Traced[] = [];
  return {
    dir,
    storage,
    nodes,
    relay,
    relayUrl: String(relay.running?.ready['url']),
    capture,
    lists,
    async changeList() {
      const leaving = storage.nodes.at(-1);
      if (leaving !== undefined) await storage.unlist(leaving);
      lists.push(currentList());
      nodes.push(serverOf(await storage.add(), nodes.length));
      lists.push(currentList());
    },
    async traced() {
      traced.push(...(await storage.takeTrace()));
      return traced;
    },
    async close() {
      await relay.running?.stop('SIGKILL');
      await storage.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function startRelay(dir: string, ip: string): Promise<Server> {
  const [data, log, dump] = [join(dir, 'relay'), join(dir, 'relay.log'), join(dir, 'heap-relay')];
  const args = ['relay', 'serve', '--data', data, '--listen', `${ip}:${RELAY_PORT}`];
  const running = await startUntilReady(args, { log, env: watched(dump) });
  return { name: 'relay', ip, data, log, dump, running };
}
