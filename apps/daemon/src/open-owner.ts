import { type ClientStore, createClient } from '@sotto/client';
import {
  connectLocalApi,
  createChannelPair,
  type Handlers,
  type LocalApi,
  LocalApiError,
  type LocalEvent,
  type SettingsValue,
} from '@sotto/local-api';
import { postToGuard } from '@sotto/net-node';
import { libsignalEngine } from '@sotto/ratchet-libsignal';
import { Connections, type OwnerFacts } from './connections.ts';
import { examineClient } from './examine-client.ts';
import { commandHandlers, passEvents } from './handle-command.ts';
import { joinNetwork } from './join-network.ts';
import { type Listening, listen } from './listen.ts';
import type { Log } from './log.ts';
import { type RoadMaker, roadMaker } from './make-roads.ts';
import { openProfileStore, type ProfileRequest } from './open-profile-store.ts';
import { removeProfile } from './profile-folder.ts';
import { fingerprintProxy } from './proxy-choice.ts';
import { noAccount } from './refusals.ts';
import { settingsValue } from './settings-values.ts';
import { socketChannel } from './socket-channel.ts';
import { systemClock, systemRandom } from './system.ts';

export interface OwnerRequest extends ProfileRequest {
  readonly socket: string;
  /** Network text for accounts that name none. */
  readonly network?: string;
  /** This process is a daemon, as others are told who find the profile in use. */
  readonly daemon?: boolean;
  /** Everything is dialled through it. */
  readonly proxy?: string;
  /** Events without content. */
  readonly log: Log;
}

/** This process owns the profile until `close`. */
export interface Owner {
  /** A screen in this process. */
  connect(): LocalApi;
  /** What screens ask, for those that do not come by the socket. */
  readonly handlers: Handlers;
  /** Hear every event; returns what ends it. */
  subscribe(listener: (event: LocalEvent) => void): () => void;
  stage(): Promise<'none' | 'incomplete' | 'ready'>;
  settings(): Promise<SettingsValue>;
  openRoads(): Promise<void>;
  /** The account was deleted and there is nothing left to own. */
  readonly retired: Promise<void>;
  /** Let attached commands finish, then close; `now` cuts the waiting short. */
  close(options: { readonly now: AbortSignal }): Promise<void>;
}

/**
 * Compose the client of a profile and serve the local API on its socket. Throws LocalApiError; then
 * nothing is left open, and a folder that was made for nothing is gone again.
 */
export async function openOwner(request: OwnerRequest): Promise<Owner> {
  const maker = roadMaker(request);
  const store = await openProfileStore(request);
  try {
    return await ownStore(store, maker, request);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function ownStore(store: ClientStore, maker: RoadMaker, request: OwnerRequest): Promise<Owner> {
  const client = createClient({
    store,
    engine: libsignalEngine,
    makeRoads: maker.makeRoads,
    clock: systemClock,
    random: systemRandom,
    log: request.log,
  });
  const { account } = await client.status();
  if (account !== 'ready' && request.create !== true) {
    await client.close();
    throw noAccount();
  }
  let opening: Promise<void> | undefined;
  let retire: () => void = () => undefined;
  const retired = new Promise<void>((resolve) => {
    retire = resolve;
  });
  const openRoads = (): Promise<void> => {
    const started = opening ?? client.start();
    opening = started;
    return started;
  };
  const handlers = commandHandlers({
    client,
    profile: request.profile,
    receivedThrough: async () => (await store.account())?.receivedThrough ?? 0,
    openRoads,
    retire,
    onion: () => maker.made().onion,
    join: (link) => joinNetwork(link, postToGuard(maker.wayOf({}))),
    proxied: request.proxy !== undefined,
    network: request.network,
    examine: async () => {
      await openRoads();
      return await examineClient({ client, store, maker, clock: systemClock });
    },
  });
  const connections = new Connections(handlers, request.log, ownerFacts(request));
  const listening = await listenFor(connections, request.socket);

  return {
    connect: () => {
      const [screen, owner] = createChannelPair();
      connections.add(owner);
      return connectLocalApi(screen);
    },
    handlers,
    subscribe: (listener) => passEvents(client, listener),
    stage: async () => (await client.status()).account,
    settings: async () => settingsValue(await client.preferences()),
    openRoads,
    retired,
    close: async ({ now }) => {
      await listening.stop();
      await connections.finish(now);
      const { account: left } = await client.status();
      await client.close();
      await store.close();
      if (left === 'none') await removeProfile(request.profile);
    },
  };
}

/** What this process says of itself to whoever attaches. Throws LocalApiError `bad-proxy`. */
export function ownerFacts({ daemon, proxy }: Pick<OwnerRequest, 'daemon' | 'proxy'>): OwnerFacts {
  return { daemon: daemon === true, ...(proxy === undefined ? {} : { proxy: fingerprintProxy(proxy) }) };
}

async function listenFor(connections: Connections, path: string): Promise<Listening> {
  try {
    return await listen(path, (socket) => connections.add(socketChannel(socket)));
  } catch {
    throw new LocalApiError('bad-profile', 'the socket of this profile cannot be made');
  }
}
