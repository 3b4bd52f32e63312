import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface ServerMetricsOptions<Event extends string> {
  /** Of all names, with its `_` at the end. */
  readonly prefix: string;
  /** Every event there is: one that has not happened yet is told as 0. */
  readonly events: readonly Event[];
  totals(): Readonly<Partial<Record<Event, number>>>;
}

/**
 * A server's numbers in Prometheus' text form. There is no label but the name of an event, which is one of a fixed
 * list, and no way to add one: nothing that is counted here can name or single out anybody, a device or an address.
 */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #prefix: string;

  constructor({ prefix, events, totals }: ServerMetricsOptions<string>) {
    this.#prefix = prefix;
    collectDefaultMetrics({ register: this.#registry, prefix });
    const counter = new Counter({
      name: `${prefix}events_total`,
      help: 'What has happened since the start, by name of the event',
      labelNames: ['event'],
      registers: [this.#registry],
      collect() {
        this.reset();
        const counted = totals();
        for (const event of events) this.inc({ event }, counted[event] ?? 0);
      },
    });
    void counter;
  }

  /** A number that is read when it is asked for; undefined where nobody knows it. */
  gauge(name: string, help: string, value: () => number | undefined): void {
    new Gauge({
      name: `${this.#prefix}${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value() ?? Number.NaN);
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
