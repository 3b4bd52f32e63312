import type { Client } from './client.ts';
import { type Summary, Tally } from './tally.ts';

export interface Load {
  readonly milliseconds: number;
  /** Messages a second, whatever is answered; without, each client sends when it has been answered. */
  readonly rate?: number;
  /** Messages that each client has unanswered, where there is no rate. */
  readonly window?: number;
  /** So many of the clients and no more, where there is no rate. */
  readonly most?: number;
  /** How long answers are waited for afterwards. */
  readonly patience: number;
}

/** What clients send for each message that is due. */
export interface Requests {
  of(message: number): Buffer;
  /** The number that it carries, where that is another one. */
  numberOf?(message: number): number;
}

const TICK = 5;

/** Many clients of one server, and the load that they make. */
export class Crowd {
  readonly #clients: readonly Client[];
  readonly #requests: Requests;
  #next: number;

  constructor(clients: readonly Client[], requests: Requests, firstMessage: number) {
    this.#clients = clients;
    this.#requests = requests;
    this.#next = firstMessage;
  }

  async open(): Promise<void> {
    for (const client of this.#clients) client.dial();
    const end = performance.now() + 20_000;
    while (this.#clients.some(({ isOpen }) => !isOpen) && performance.now() < end) await pause(10);
  }

  async run(load: Load): Promise<Summary & { readonly seconds: number; readonly turnedAway: number }> {
    const tally = new Tally(this.#next);
    const before = this.#turnedAway();
    const started = performance.now();
    if (load.rate === undefined) await this.#closedLoop(tally, load);
    else await this.#openLoop(tally, load.rate, load.milliseconds);
    const seconds = (performance.now() - started) / 1000;
    tally.end();
    const end = performance.now() + load.patience;
    while (tally.pending > 0 && performance.now() < end) await pause(10);
    this.#next = tally.next;
    const summary = tally.summary();
    const accepted = summary.accepted.map((message) => this.#requests.numberOf?.(message) ?? message);
    return { ...summary, accepted, seconds, turnedAway: this.#turnedAway() - before };
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  #turnedAway(): number {
    return this.#clients.reduce((sum, { turnedAway }) => sum + turnedAway, 0);
  }

  async #closedLoop(tally: Tally, { milliseconds, window = 1, most }: Load): Promise<void> {
    let over = false;
    const clients = this.#clients.slice(0, most);
    for (const client of clients) {
      client.answered = () => {
        while (!over && client.unanswered < window && client.refusesOwn() === undefined) {
          this.#sendBy(client, tally, performance.now());
        }
      };
      client.answered();
    }
    // Whoever was told to wait hears of nothing that would make it go on.
    const nudge = setInterval(() => {
      for (const client of clients) client.answered();
    }, 50);
    await pause(milliseconds);
    clearInterval(nudge);
    over = true;
    for (const client of this.#clients) client.answered = () => undefined;
  }

  async #openLoop(tally: Tally, rate: number, milliseconds: number): Promise<void> {
    const started = performance.now();
    let due = 0;
    for (let passed = 0; passed < milliseconds; passed = performance.now() - started) {
      const until = (passed * rate) / 1000;
      for (; due < until; due++) {
        const at = started + (due * 1000) / rate;
        const client = this.#clients[due % this.#clients.length] as Client;
        const own = client.refusesOwn();
        if (own === undefined) this.#sendBy(client, tally, at);
        else tally.kept(at, own);
      }
      await pause(TICK);
    }
  }

  #sendBy(client: Client, tally: Tally, due: number): void {
    const message = tally.sent(due);
    client.send(tally, message, this.#requests.of(message));
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
