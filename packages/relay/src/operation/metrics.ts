import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { RELAY_EVENTS } from '../events.ts';

/** What is told of a relay at one moment. Numbers of the whole, none of anybody. */
export interface RelayNumbers {
  readonly events: Readonly<Record<string, number>>;
  readonly sockets: number;
  readonly underWay: number;
  readonly transfers: number;
  /** Undefined where there is no room for files. */
  readonly blobBytes: number | undefined;
  readonly diskFree: number | undefined;
  readonly ready: boolean;
}

/**
 * The relay's numbers in Prometheus' text form. There is no label but the name of an event, which is one of a
 * fixed list: nothing that is counted here can name or single out an account, a device or an address.
 */
export function createMetrics(read: () => RelayNumbers): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'sotto_relay_' });
  const events = new Counter({
    name: 'sotto_relay_events_total',
    help: 'What has happened since the start, by name of the event',
    labelNames: ['event'],
    registers: [registry],
    collect() {
      this.reset();
      const { events: totals } = read();
      for (const event of RELAY_EVENTS) this.inc({ event }, totals[event] ?? 0);
    },
  });
  void events;
  gauge(registry, 'sotto_relay_sockets', 'Chat sockets that are open', () => read().sockets);
  gauge(registry, 'sotto_relay_requests_under_way', 'Requests being answered', () => read().underWay);
  gauge(registry, 'sotto_relay_transfers', 'Uploads and downloads', () => read().transfers);
  gauge(
    registry,
    'sotto_relay_blob_bytes',
    'Taken by blobs and uploads',
    () => read().blobBytes ?? Number.NaN,
  );
  gauge(registry, 'sotto_relay_disk_free_bytes', 'Room left for data', () => read().diskFree ?? Number.NaN);
  gauge(registry, 'sotto_relay_ready', '1 while it takes new work', () => Number(read().ready));
  return registry;
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}
