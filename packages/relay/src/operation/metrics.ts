import { ServerMetrics } from '@sotto/operation';
import { RELAY_EVENTS, type RelayEvent } from '../events.ts';

/** What is told of a relay at one moment. Numbers of the whole, none of anybody. */
export interface RelayNumbers {
  readonly events: Readonly<Partial<Record<RelayEvent, number>>>;
  readonly sockets: number;
  readonly underWay: number;
  readonly transfers: number;
  /** Undefined where there is no room for files. */
  readonly blobBytes: number | undefined;
  readonly diskFree: number | undefined;
  readonly ready: boolean;
}

export function createMetrics(read: () => RelayNumbers): ServerMetrics {
  const metrics = new ServerMetrics({
    prefix: 'sotto_relay_',
    events: RELAY_EVENTS,
    totals: () => read().events,
  });
  metrics.gauge('sockets', 'Chat sockets that are open', () => read().sockets);
  metrics.gauge('requests_under_way', 'Requests being answered', () => read().underWay);
  metrics.gauge('transfers', 'Uploads and downloads', () => read().transfers);
  metrics.gauge('blob_bytes', 'Taken by blobs and uploads', () => read().blobBytes);
  metrics.gauge('disk_free_bytes', 'Room left for data', () => read().diskFree);
  metrics.gauge('ready', '1 while it takes new work', () => Number(read().ready));
  return metrics;
}
