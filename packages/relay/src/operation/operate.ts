import { type Operation, serveOperation } from '@sotto/operation';
import type { RelayContext } from '../context.ts';
import type { HttpService } from '../http/serve-http.ts';
import type { RelayOptions } from '../relay-options.ts';
import { createMetrics } from './metrics.ts';

/** The operator's own port, when there is to be one. */
export async function operate(
  { operation }: RelayOptions,
  { events, disk, underWay, others, blobs }: RelayContext,
  service: HttpService,
): Promise<Operation | undefined> {
  if (operation === undefined) return undefined;
  const unready = (): string | undefined => {
    if (service.draining) return 'it is stopping';
    if (others?.reachable === false) return 'the database cannot be reached';
    return disk.full ? 'the disk is full' : undefined;
  };
  const metrics = createMetrics(() => ({
    events: events.totals(),
    sockets: service.sockets,
    underWay: underWay.taken,
    transfers: service.transfers,
    blobBytes: blobs?.store.use().bytes,
    diskFree: disk.free,
    ready: unready() === undefined,
  }));
  return serveOperation({ listen: operation, metrics, unready });
}
