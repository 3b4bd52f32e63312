import type { LoadAccount } from '../relay/accounts.ts';
import { SendRequest } from './send-request.ts';
import { Sender } from './sender.ts';
import { type Summary, Tally } from './tally.ts';

export interface CrowdTerms {
  readonly host: string;
  readonly port: number;
  /** One for each client. */
  readonly addresses: readonly string[];
  readonly accounts: readonly LoadAccount[];
  readonly heeds: boolean;
  /** Work of strangers, one for each message of theirs: every tenth of all. By the account that it is for. */
  readonly work: readonly (readonly string[])[];
  readonly firstMessage: number;
}

export interface Load {
  readonly milliseconds: number;
  /** Messages a second, whatever is answered; without, each client sends when it has been answered. */
  readonly rate?: number;
  /** Messages that each client has unanswered, where there is no rate. */
  readonly window?: number;
  /** How long answers are waited for afterwards. */
  readonly patience: number;
}

const TICK = 5;
const STRANGERS_EACH = 10;

/** Clients that send to accounts of a relay. */
export class Crowd {
  readonly #senders: readonly Sender[];
  readonly #requests: readonly SendRequest[];
  readonly #work: string[][];
  #next: number;
  #turn = 0;

  constructor(terms: CrowdTerms) {
    this.#senders = terms.addresses.map((from) => new Sender({ ...terms, from }));
    this.#requests = terms.accounts.map((account) => new SendRequest(account));
    this.#work = terms.work.map((stamps) => [...stamps]);
    this.#next = terms.firstMessage;
  }

  async open(): Promise<void> {
    for (const sender of this.#senders) sender.dial();
    const end = performance.now() + 20_000;
    while (this.#senders.some(({ isOpen }) => !isOpen) && performance.now() < end) await pause(10);
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
    return { ...tally.summary(), seconds, turnedAway: this.#turnedAway() - before };
  }

  close(): void {
    for (const sender of this.#senders) sender.close();
  }

  #turnedAway(): number {
    return this.#senders.reduce((sum, { turnedAway }) => sum + turnedAway, 0);
  }

  async #closedLoop(tally: Tally, { milliseconds, window = 1 }: Load): Promise<void> {
    let over = false;
    for (const sender of this.#senders) {
      sender.answered = () => {
        while (!over && sender.unanswered < window && sender.refusesOwn() === undefined) {
          this.#sendBy(sender, tally, performance.now());
        }
      };
      sender.answered();
    }
    // Whoever was told to wait hears of nothing that would make it go on.
    const nudge = setInterval(() => {
      for (const sender of this.#senders) sender.answered();
    }, 50);
    await pause(milliseconds);
    clearInterval(nudge);
    over = true;
    for (const sender of this.#senders) sender.answered = () => undefined;
  }

  async #openLoop(tally: Tally, rate: number, milliseconds: number): Promise<void> {
    const started = performance.now();
    let due = 0;
    for (let passed = 0; passed < milliseconds; passed = performance.now() - started) {
      const until = (passed * rate) / 1000;
      for (; due < until; due++) {
        const at = started + (due * 1000) / rate;
        const sender = this.#senders[due % this.#senders.length] as Sender;
        const own = sender.refusesOwn();
        if (own === undefined) this.#sendBy(sender, tally, at);
        else tally.kept(at, own);
      }
      await pause(TICK);
    }
  }

  #sendBy(sender: Sender, tally: Tally, due: number): void {
    const message = tally.sent(due);
    const account = this.#turn++ % this.#requests.length;
    const request = this.#requests[account] as SendRequest;
    const work = message % STRANGERS_EACH === 0 ? this.#work[account]?.pop() : undefined;
    sender.send(
      tally,
      message,
      work === undefined ? request.ofContact(message) : request.ofStranger(message, work),
    );
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
