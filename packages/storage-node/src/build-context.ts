import { join } from 'node:path';
import { type KnownNodes, kindOfAddress } from '@sotto/directory';
import { TokenBuckets } from '@sotto/limits';
import { watchDisk } from '@sotto/operation';
import { MAILBOX_RATE } from './constants.ts';
import type { NodeKeys } from './data/node-keys.ts';
import { NodeDirectory } from './directory/node-directory.ts';
import { StorageNodeError } from './errors.ts';
import type { Events } from './events.ts';
import { Links } from './link/links.ts';
import type { NodeOptions } from './node-options.ts';
import { ServerCalls } from './onion/ask-server.ts';
import type { OnionContext } from './onion/handle-layer.ts';
import { openTrace } from './onion/trace.ts';
import { Waiters } from './rpc/waiters.ts';
import { openNodeStore } from './store/node-store.ts';
import { OpenedLayers } from './store/opened-layers.ts';

export interface ContextParts {
  readonly keys: NodeKeys;
  readonly events: Events;
  /** The file of the signed list, or what a registry has said first. */
  readonly source: string | KnownNodes;
}

/** Open what every request may use. `disposers` gets what closes it, in order of opening. */
export async function buildContext(
  options: NodeOptions,
  { keys, events, source }: ContextParts,
  disposers: (() => void)[],
): Promise<OnionContext> {
  const { data, listen, now = Date.now } = options;
  const directory = new NodeDirectory({ data, source, key: keys.ed25519, events });
  if (directory.list.subnets !== 'ignore') refuseLocalOnly(options);
  const disk = await watchDisk({ folder: data, events });
  disposers.push(() => disk.stop());
  const mayGrow = (): boolean => !disk.full;
  const store = openNodeStore(join(data, 'node.db'), (error) => events.failed(error), { mayGrow });
  disposers.push(() => store.close());
  const openedLayers = new OpenedLayers(join(data, 'layers'));
  disposers.push(() => openedLayers.close());
  const localAddress = localAddressOf(listen);
  const links = new Links({ keys, localAddress, events, now });
  disposers.push(() => links.cut());
  const servers = new ServerCalls(localAddress);
  disposers.push(() => servers.close());
  const trace = options.trace === undefined ? undefined : openTrace(options.trace);
  disposers.push(() => trace?.close());
  const waiters = new Waiters();
  const mailboxRate = new TokenBuckets(MAILBOX_RATE);
  const parts = { keys, store, openedLayers, directory, links, waiters, disk, mailboxRate };
  return { ...parts, events, now, servers, trace };
}

/** On loopback the address one dials from is one's own to choose, and peers are told apart by it. */
export function localAddressOf({ host }: NodeOptions['listen']): string | undefined {
  return kindOfAddress(host) === 'loopback' ? host : undefined;
}

function refuseLocalOnly({ trace, quick }: NodeOptions): void {
  if (trace !== undefined) {
    throw new StorageNodeError(
      'trace-refused',
      'a trace is kept only where every storage node is on this machine',
    );
  }
  if (quick === true) {
    throw new StorageNodeError(
      'quick-refused',
      'nodes are voted out within seconds only where every storage node is on this machine',
    );
  }
}
