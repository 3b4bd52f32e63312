import { type Bytes, toHex } from '@sotto/bytes';
import { holdFolder } from '@sotto/database';
import type { OxenMq } from '@sotto/oxenmq';
import { buildContext } from './build-context.ts';
import { DRAIN_TIMEOUT } from './constants.ts';
import { pinOf, readCertificate } from './data/certificate.ts';
import { prepareDataFolder } from './data/data-folder.ts';
import { requireNode } from './data/node-keys.ts';
import { keepDirectory } from './directory/keep-directory.ts';
import type { NodeDirectory } from './directory/node-directory.ts';
import { createEvents, type Events } from './events.ts';
import { NodeServer } from './http/listen.ts';
import { createHttpService, type HttpService } from './http/serve-http.ts';
import { keepHouse } from './keep-house.ts';
import { AcceptedLinks } from './link/accept-links.ts';
import type { NodeOptions } from './node-options.ts';
import { Newcomers } from './omq/newcomers.ts';
import { startOmq } from './omq/start-omq.ts';
import type { OnionContext } from './onion/handle-layer.ts';
import { operate } from './operation/operate.ts';
import { isRegistryFile, openRegistry } from './registry/open-registry.ts';
import { createRoutes } from './serve-routes.ts';
import { Sync } from './sync/sync.ts';
import { watchNodes } from './watch-nodes.ts';

export interface RunningNode {
  /** Where it listens. */
  readonly url: string;
  /** Ed25519, 32 bytes. */
  readonly key: Bytes;
  /** URL by which others ask it as a seed: where they reach it, with the SHA-256 of its TLS key. */
  readonly seed: string;
  readonly events: Events;
  readonly directory: NodeDirectory;
  /** Port of `/metrics` and `/health/…`. */
  readonly operationPort?: number;
  /** Finish what is being answered, sync, close. Within 10 s. */
  close(): Promise<void>;
}

/**
 * Start the node of a data folder. Resolves when it listens; links are opened afterwards.
 * Rejects with StorageNodeError, OperationError `cannot-listen`, or DatabaseError `newer-version`, `in-use` or `unreadable`.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { data, listen } = options;
  const { keys, address } = requireNode(data);
  prepareDataFolder(data);
  const certificate = readCertificate(data);
  const disposers: (() => void)[] = [];
  const dispose = (): void => {
    for (const one of disposers.splice(0).reverse()) one();
  };
  try {
    const hold = holdFolder(data);
    disposers.push(() => hold.release());
    const events = createEvents(options.log ?? (() => undefined), options.now);
    const file = options.directory;
    const registry = isRegistryFile(file) ? await openRegistry({ data, file, events }) : undefined;
    const source = registry?.first ?? file;
    const context = await buildContext(options, { keys, events, source }, disposers);
    const sync = new Sync(context);
    const accepted = acceptLinks(context, sync);
    const watch = await watchNodes(context, options, registry);
    const routes = createRoutes(context, accepted, { watch, sync: sync.answer });
    const service = createHttpService(context, routes);
    const server = new NodeServer({
      service,
      certificate,
      isNode: (one) => context.directory.isAddress(one),
    });
    disposers.push(() => {
      server.stopListening();
      server.cut();
    });
    const port = await server.listen(listen.host, listen.port, (error) => events.failed(error));
    const { omqPort } = address;
    const omq = await startOmq(context, omqPort === 0 ? undefined : { host: listen.host, port: omqPort });
    disposers.push(() => {
      omq.stop();
      omq.endpoint.cut();
    });
    const keepList = (): (() => void) => keepDirectory(context, options.quick);
    disposers.push(
      keepHouse(context, service),
      registry?.follow((list) => context.directory.takeFromRegistry(list)) ?? keepList(),
      watch.start(),
    );
    const newcomers = new Newcomers(context);
    disposers.push(() => newcomers.stop());
    followDirectory(context, accepted, { sync, newcomers });
    const operation = await operate(options.operation, { context, service, server, accepted });
    disposers.push(() => void operation?.close());
    events.count('started');
    return {
      url: `https://${listen.host}:${port}`,
      key: keys.ed25519,
      seed: `https://${address.ip}:${address.httpsPort}#key=${pinOf(certificate)}`,
      events,
      directory: context.directory,
      ...(operation && { operationPort: operation.port }),
      close: async () => {
        await stopServing({ ...context, sync }, server, service, omq.endpoint);
        dispose();
        events.count('stopped');
      },
    };
  } catch (error) {
    dispose();
    throw error;
  }
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
  { sync, newcomers }: { readonly sync: Sync; readonly newcomers: Newcomers },
): void {
  const follow = (): void => {
    if (directory.self === undefined) events.count('not-listed');
    links.follow(directory.members(), (key) => directory.find(key) !== undefined);
    accepted.dropUnlisted();
    sync.followDirectory();
    newcomers.follow();
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
