import type { Dialect, Hearer, LoadConnection } from '../load/dialect.ts';
import { type Kept, KillLedger } from '../load/kill-ledger.ts';
import { pause } from '../load/settle.ts';
import type { Messenger } from '../peers/peer.ts';
import { visit } from './visit.ts';

/** So many pairs, every other one with a receiver who is absent until the server is there again. */
const PAIRS = 40;
/** Users of such a run. */
export const KILL_USERS = 2 * PAIRS;
const IN_FLIGHT = 4;
/** Accepted before the server is killed. */
const ENOUGH = 6_000;
const PATIENCE = 30_000;
/** What the server had written before it ended is still on its way then. */
const AFTERMATH = 300;

/**
 * Kill a durable server with SIGKILL while it takes and delivers, start it again on its data, and see that it
 * holds every message that it had accepted and that nobody had acknowledged. Rejects when it does not.
 */
export function killInMidRun(messenger: Messenger): Promise<Kept> {
  return visit(messenger, async (running, port, folder) => {
    const run = new KilledRun(messenger.dialect, port);
    await run.begin();
    await until(() => run.ledger.taken >= ENOUGH, run, 'messages were not accepted');
    await running.stop('SIGKILL');
    await pause(AFTERMATH);
    await run.end();
    const again = await messenger.start(folder, port);
    try {
      await run.collect();
      return run.ledger.judge();
    } finally {
      await run.end();
      await again.stop();
    }
  });
}

class KilledRun {
  readonly ledger = new KillLedger();
  readonly #dialect: Dialect;
  readonly #port: number;
  readonly #addresses: string[] = [];
  #connections: LoadConnection[] = [];
  #failure: Error | undefined;

  constructor(dialect: Dialect, port: number) {
    this.#dialect = dialect;
    this.#port = port;
  }

  async begin(): Promise<void> {
    for (let pair = 0; pair < PAIRS; pair++) {
      const receiver = await this.#join(receiverOf(pair));
      this.#addresses[pair] = receiver.address;
      if (pair % 2 === 0) await receiver.close();
      const sender = await this.#join(pair);
      for (let place = 0; place < IN_FLIGHT; place++) this.#send(pair, sender);
    }
  }

  /** Everybody comes back; what is sent last tells when all that was before it has come. */
  async collect(): Promise<void> {
    this.ledger.killed();
    const lasts: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      await this.#join(receiverOf(pair));
      const sender = await this.#join(pair);
      const { number, text } = this.ledger.next(pair);
      lasts.push(number);
      sender.send(this.#addresses[pair] ?? '', text, () => this.ledger.accepted(pair, number));
    }
    const isBack = (number: number, pair: number): boolean => this.ledger.isBack(pair, number);
    await until(() => lasts.every(isBack), this, 'a message did not come');
    // A copy that comes later than it should.
    await pause(AFTERMATH);
    this.check();
  }

  async end(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    this.#connections = [];
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #send(pair: number, sender: LoadConnection): void {
    const { number, text } = this.ledger.next(pair);
    sender.send(this.#addresses[pair] ?? '', text, () => {
      this.ledger.accepted(pair, number);
      this.#send(pair, sender);
    });
  }

  async #join(user: number): Promise<LoadConnection> {
    const hearer: Hearer = {
      message: (text) => {
        try {
          this.ledger.received(text);
        } catch (error) {
          this.#failure ??= error as Error;
        }
      },
      // That it hangs up is what is wanted here, and shows in what comes afterwards.
      failed: () => undefined,
    };
    const connection = await this.#dialect.connect(this.#port, user, hearer);
    this.#connections.push(connection);
    return connection;
  }
}

function receiverOf(pair: number): number {
  return PAIRS + pair;
}

async function until(isSo: () => boolean, run: KilledRun, otherwise: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!isSo()) {
    run.check();
    if (Date.now() > end) throw new Error(otherwise);
    await pause(5);
  }
  run.check();
}
