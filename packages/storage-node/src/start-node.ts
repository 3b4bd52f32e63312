import { join } from 'node:path';
import { type Bytes, toHex } from '@sotto/bytes';
import { holdFolder } from '@sotto/database';
import { kindOfAddress } from '@sotto/directory';
import { TokenBuckets } from '@sotto/limits';
import type { OxenMq } from '@sotto/oxenmq';
import { DRAIN_TIMEOUT, MAILBOX_RATE } from './constants.ts';
import { pinOf, readCertificate } from './data/certificate.ts';
import { prepareDataFolder } from './data/data-folder.ts';
import { type NodeKeys, readNode } from './data/node-keys.ts';
import { keepDirectory } from './directory/keep-directory.ts';
import { NodeDirectory } from './directory/node-directory.ts';
import { StorageNodeError } from './errors.ts';
import { createEvents, type Events } from './events.ts';
import { NodeServer } from './http/listen.ts';
import { createHttpService, type HttpService } from './http/serve-http.ts';
import { keepHouse } from './keep-house.ts';
import { AcceptedLinks } from './link/accept-links.ts';
import { Links } from './link/links.ts';
import { startOmq } from './omq/start-omq.ts';
import { ServerCalls } from './onion/ask-server.ts';
import type { OnionContext } from './onion/handle-layer.ts';
import { openTrace } from './onion/trace.ts';
import { Waiters } from './rpc/waiters.ts';
import { createRoutes } from './serve-routes.ts';
import { openNodeStore } from './store/node-store.ts';
import { OpenedLayers } from './store/opened-layers.ts';
import { Sync } from './sync/sync.ts';

export interface NodeOptions {
  /** Data folder that `initNode` has made. */
  readonly data: string;
  /** IPv4. Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** File of the signed list of nodes. */
  readonly directory: string;
  /** File that gets a line for each opened layer; only for a directory of nothing but loopback. */
  readonly trace?: string;
  /** One line at a time; nothing of it names anybody. */
  readonly log?: (line: string) => void;
  readonly now?: () => number;
}

export interface RunningNode {
  /** Where it listens. */
  readonly url: string;
  /** Ed25519, 32 bytes. */
  readonly key: Bytes;
  /** URL by which others ask it as a seed: where they reach it, with the SHA-256 of its TLS key. */
  readonly seed: string;
  readonly events: Events;
  readonly directory: NodeDirectory;
  /** Finish what is being answered, sync, close. Within 10 s. */
  close(): Promise<void>;
}

/**
 * Start the node of a data folder. Resolves when it listens; links are opened afterwards.
 * Rejects with StorageNodeError, or DatabaseError `newer-version`, `in-use` or `unreadable`.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { data, listen } = options;
  const { keys, address } = readNode(data) ?? missing();
  prepareDataFolder(data);
  const certificate = readCertificate(data);
  const disposers: (() => void)[] = [];
  const dispose = (): void => {
    for (const one of disposers.splice(0).reverse()) one();
  };
  try {
    const hold = holdFolder(data);
    disposers.push(() => hold.release());
    const context = buildContext(options, keys, disposers);
    const sync = new Sync(context);
    const accepted = acceptLinks(context, sync);
    const service = createHttpService(context, createRoutes(context, accepted, sync.answer));
    const server = new NodeServer({
      service,
      certificate,
      isNode: (address) => context.directory.isAddress(address),
    });
    disposers.push(() => {
      server.stopListening();
      server.cut();
    });
    const port = await server.listen(listen.host, listen.port, (error) => context.events.failed(error));
    const { omqPort } = address;
    const omq = await startOmq(context, omqPort === 0 ? undefined : { host: listen.host, port: omqPort });
    disposers.push(() => {
      omq.stop();
      omq.endpoint.cut();
    });
    disposers.push(
      keepHouse(context, service),
      keepDirectory(context.directory, context.links, context.events),
    );
    followDirectory(context, accepted, sync);
    context.events.count('started');
    return {
      url: `https://${listen.host}:${port}`,
      key: keys.ed25519,
      seed: `https://${address.ip}:${address.httpsPort}#key=${pinOf(certificate)}`,
      events: context.events,
      directory: context.directory,
      close: async () => {
        await stopServing({ ...context, sync }, server, service, omq.endpoint);
        dispose();
        context.events.count('stopped');
      },
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

function missing(): never {
  throw new StorageNodeError('no-node', 'this folder holds no storage node; make one with `sotto node init`');
}

function buildContext(options: NodeOptions, keys: NodeKeys, disposers: (() => void)[]): OnionContext {
  const { data, listen, directory: source, now = Date.now } = options;
  const events = createEvents(options.log ?? (() => undefined), now);
  const directory = new NodeDirectory({ data, source, key: keys.ed25519, events });
  if (options.trace !== undefined && directory.signed.list.subnets !== 'ignore') {
    throw new StorageNodeError(
      'trace-refused',
      'a trace is kept only where every storage node is on this machine',
    );
  }
  const store = openNodeStore(join(data, 'node.db'), (error) => events.failed(error));
  disposers.push(() => store.close());
  const openedLayers = new OpenedLayers(join(data, 'layers'));
  disposers.push(() => openedLayers.close());
  // On loopback the address one dials from is one's own to choose, and peers are told apart by it.
  const localAddress = kindOfAddress(listen.host) === 'loopback' ? listen.host : undefined;
  const links = new Links({ keys, localAddress, events, now });
  disposers.push(() => links.cut());
  const servers = new ServerCalls(localAddress);
  disposers.push(() => servers.close());
  const trace = options.trace === undefined ? undefined : openTrace(options.trace);
  disposers.push(() => trace?.close());
  const waiters = new Waiters();
  const mailboxRate = new TokenBuckets(MAILBOX_RATE);
  const parts = { keys, store, openedLayers, directory, links, waiters, mailboxRate };
  return { ...parts, events, now, servers, trace };
}

function acceptLinks({ keys, events, directory, links }: OnionContext, sync: Sync): AcceptedLinks {
  return new AcceptedLinks({
    keys,
    events,
    listed: (key) => directory.find(key) !== undefined,
    arrived: (key) => {
      links.cameBack(key);
      sync.arrived(toHex(key));
    },
  });
}

/** Hold links to the members of the own swarm, whoever they are by the newest list. */
function followDirectory(
  { directory, links, events }: OnionContext,
  accepted: AcceptedLinks,
  sync: Sync,
): void {
  const follow = (): void => {
    if (directory.self === undefined) events.count('not-listed');
    links.follow(directory.members(), (key) => directory.find(key) !== undefined);
    accepted.dropUnlisted();
    sync.followDirectory();
  };
  directory.onChange(follow);
  follow();
}

/** Long polls end at once, the rest is given its time, what then is left is cut. */
async function stopServing(
  { links, waiters, sync }: OnionContext & { readonly sync: Sync },
  server: NodeServer,
  service: HttpService,
  omq: OxenMq,
): Promise<void> {
  server.stopListening();
  waiters.endAll();
  const deadline = new Promise<void>((resolve) => {
    setTimeout(resolve, DRAIN_TIMEOUT).unref();
  });
  await Promise.race([Promise.all([service.drain(), sync.stop(), omq.drain()]), deadline]);
  links.close();
  await Promise.all([server.close(), omq.close()]);
}
