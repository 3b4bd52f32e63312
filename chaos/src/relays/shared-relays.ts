import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type NatsServer, type PostgresServer, startNats, startPostgres } from '@sotto/test-servers';
import { freeBlock, relayPlaces } from '../world/addresses.ts';
import { NotReady, type ProductProcess, startProduct } from '../world/product-process.ts';
import type { Side, Victim } from './plan-relays.ts';

/** A relay that cannot start is tried again, as its supervisor would, milliseconds. */
const START_PAUSE = 100;
const MOST_STARTS = 200;

/**
 * The disk of a busy server: a kill then mostly meets a commit that has begun. Microseconds,
 * https://www.postgresql.org/docs/current/runtime-config-wal.html
 */
const SLOW_COMMITS = { commit_delay: '20000', commit_siblings: '0' };

interface Place {
  readonly host: string;
  readonly port: number;
}

/** One relay of two processes on one PostgreSQL and one NATS. */
export class SharedRelays {
  readonly database: string;
  readonly #dir: string;
  readonly #postgres: PostgresServer;
  readonly #nats: NatsServer;
  readonly #places: readonly Place[];
  readonly #processes: (ProductProcess | undefined)[] = [];
  /** What is done to one of them comes one after the other. */
  readonly #turns = new Map<Victim, Promise<unknown>>();
  #isClosed = false;

  private constructor(
    dir: string,
    servers: { readonly postgres: PostgresServer; readonly nats: NatsServer; readonly database: string },
    places: readonly Place[],
  ) {
    this.#dir = dir;
    this.#postgres = servers.postgres;
    this.#nats = servers.nats;
    this.database = servers.database;
    this.#places = places;
  }

  static async start(dir: string): Promise<SharedRelays> {
    const { front, back } = relayPlaces(await freeBlock());
    const [postgres, nats] = await Promise.all([startPostgres({ settings: SLOW_COMMITS }), startNats()]);
    const servers = { postgres, nats, database: await postgres.createDatabase() };
    const relays = new SharedRelays(dir, servers, [front, back]);
    try {
      await relays.#start('first');
      // The same relay on another machine: its secrets and certificate, nothing else.
      await mkdir(relays.data(1), { mode: 0o700 });
      for (const name of ['secrets.json', 'tls']) {
        await cp(join(relays.data(0), name), join(relays.data(1), name), { recursive: true });
      }
      await relays.#start('second');
      return relays;
    } catch (error) {
      await relays.close();
      throw error;
    }
  }

  data(side: Side): string {
    return join(this.#dir, `relay-${side + 1}`);
  }

  url(side: Side): string {
    const place = this.#places[side];
    return `https://${place?.host}:${place?.port}`;
  }

  /** SIGKILL, and a start again after so many milliseconds: the next of this victim waits for it. */
  killFor(victim: Victim, away: number): Promise<void> {
    return this.#inTurn(victim, async () => {
      await this.#kill(victim);
      await delay(away);
      await this.#start(victim);
    });
  }

  /** While something is done, nobody hears a bell. */
  withoutBus(work: () => Promise<void>): Promise<void> {
    return this.#inTurn('bus', async () => {
      await this.#kill('bus');
      await work();
      await this.#start('bus');
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#turns.values());
    for (const process of this.#processes) process?.signal('SIGKILL');
    await Promise.all(this.#processes.map((process) => process?.ended));
    await Promise.all([this.#nats.stop(), this.#postgres.stop()]);
  }

  async #kill(victim: Victim): Promise<void> {
    if (victim === 'bus') return this.#nats.kill();
    if (victim === 'database') return this.#postgres.kill();
    const process = this.#processes[sideOf(victim)];
    process?.signal('SIGKILL');
    await process?.ended;
  }

  /** Rejects when it does not come up, however often it is tried. */
  #start(victim: Victim): Promise<void> {
    if (victim === 'bus') return this.#nats.start();
    return victim === 'database' ? this.#postgres.start() : this.#serve(sideOf(victim));
  }

  /** The database may be away just now: a relay that starts says so and ends. */
  async #serve(side: Side): Promise<void> {
    const place = this.#places[side];
    const shared = ['--database', this.database, '--bus', this.#nats.url, '--registration', 'open'];
    const listen = ['--listen', `${place?.host}:${place?.port}`];
    const args = ['relay', 'serve', '--data', this.data(side), ...listen, ...shared];
    for (let tries = 1; !this.#isClosed; tries++) {
      try {
        this.#processes[side] = await startProduct({ args, log: join(this.#dir, `relay-${side + 1}.log`) });
        return;
      } catch (error) {
        if (!(error instanceof NotReady) || tries === MOST_STARTS) throw error;
      }
      await delay(START_PAUSE);
    }
  }

  #inTurn(victim: Victim, work: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(victim) ?? Promise.resolve()).then(work);
    this.#turns.set(
      victim,
      turn.catch(() => undefined),
    );
    return turn;
  }
}

function sideOf(victim: 'first' | 'second'): Side {
  return victim === 'first' ? 0 : 1;
}
