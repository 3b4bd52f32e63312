import { type DiskWatch, type Operation, serveOperation } from '@sotto/operation';
import { HELD_INTERVAL } from '../constants.ts';
import type { NodeDirectory } from '../directory/node-directory.ts';
import type { NodeServer } from '../http/listen.ts';
import type { HttpService } from '../http/serve-http.ts';
import type { AcceptedLinks } from '../link/accept-links.ts';
import type { NodeContext } from '../node-context.ts';
import type { Held } from '../store/held.ts';
import type { NodeStore } from '../store/node-store.ts';
import { createNodeMetrics, type NodeNumbers } from './node-metrics.ts';

/** Where `/metrics` and `/health/…` are served, by plain http. */
export interface OperationAddress {
  readonly host: string;
  readonly port: number;
}

/** The parts of a running node that are counted. */
export interface Operated {
  readonly context: NodeContext;
  readonly service: HttpService;
  readonly server: NodeServer;
  readonly accepted: AcceptedLinks;
}

/** The operator's own port, when there is to be one. Rejects with OperationError `cannot-listen`. */
export async function operate(
  listen: OperationAddress | undefined,
  operated: Operated,
): Promise<Operation | undefined> {
  if (listen === undefined) return undefined;
  const unready = (): string | undefined => whyUnready(operated);
  const held = nowAndThen(operated.context);
  const metrics = createNodeMetrics(() => numbersOf(operated, held(), unready() === undefined));
  return serveOperation({ listen, metrics, unready });
}

/** What readiness is decided by. */
export interface Readiness {
  readonly service: Pick<HttpService, 'draining'>;
  readonly context: {
    readonly directory: Pick<NodeDirectory, 'self' | 'list'>;
    readonly disk: Pick<DiskWatch, 'full'>;
    readonly store: { readonly room: Pick<NodeStore['room'], 'isDatabaseFull'> };
  };
}

/** Undefined when it takes new work. */
export function whyUnready({ context, service }: Readiness): string | undefined {
  const { directory, disk, store } = context;
  if (service.draining) return 'it is stopping';
  if (disk.full) return 'the disk is full';
  if (store.room.isDatabaseFull) return 'the database is full';
  if (directory.self !== undefined) return undefined;
  return `it is not on the list of storage nodes (number ${directory.list.sequence})`;
}

function numbersOf(
  { context, service, server, accepted }: Operated,
  held: Held,
  ready: boolean,
): NodeNumbers {
  const { directory, links, waiters, openedLayers, store, disk, events } = context;
  return {
    events: events.totals(),
    connections: server.connections,
    underWay: service.underWay,
    waiters: waiters.count,
    linksOpened: links.open,
    linksAccepted: accepted.count,
    members: directory.members().length,
    membersLinked: links.openToMembers,
    layers: openedLayers.count,
    held,
    databaseBytes: store.room.usedBytes,
    directorySequence: directory.list.sequence,
    diskFree: disk.free,
    ready,
  };
}

/** What costs a look at every box is looked at now and then, however often somebody asks. */
function nowAndThen({ store, now }: NodeContext): () => Held {
  let held = store.held();
  let lookedAt = now();
  return () => {
    if (Math.abs(now() - lookedAt) < HELD_INTERVAL) return held;
    held = store.held();
    lookedAt = now();
    return held;
  };
}
