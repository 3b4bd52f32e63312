import type { Dialect, LoadConnection } from '../load/dialect.ts';
import { Ledger } from '../load/ledger.ts';
import { pause, settle } from '../load/settle.ts';
import type { CpuClock } from '../measure.ts';
import type { Messenger } from '../peers/peer.ts';
import { cpuOfTree } from '../peers/process-tree.ts';
import { visit } from './visit.ts';

export interface OfflineCost {
  /** Microseconds of the server's CPU for a message that was taken for somebody absent. */
  readonly store: number;
  /** … and for one that was given to them when they came back, acknowledgement included. */
  readonly drain: number;
  /** How long the latter took, microseconds. */
  readonly drainTime: number;
}

export interface Backlog {
  /** Of all mailboxes together. */
  readonly messages: number;
  /** At most as many as senders: one, where nothing is said. */
  readonly mailboxes?: number;
}

export const SENDERS = 10;
/** Together fewer than our relay answers at once. */
const IN_FLIGHT = 40;
/** The last acknowledgements are under way when the last message has come. */
const AFTERMATH = 300;

/** So many go the same way first, and count for nothing: code is compiled then. */
const WARM_MESSAGES = 6_000;

/** Fill the mailboxes of who is absent with so many messages, then let them come back. */
export function costOffline(
  messenger: Messenger,
  { messages, mailboxes = 1 }: Backlog,
): Promise<OfflineCost> {
  return visit(messenger, async ({ pid }, port) => {
    const filled = new FilledMailboxes(messenger.dialect, port, mailboxes, () => cpuOfTree(pid));
    await filled.open();
    try {
      await filled.fillAndDrain(WARM_MESSAGES);
      return await filled.fillAndDrain(messages);
    } finally {
      await filled.close();
    }
  });
}

class FilledMailboxes {
  readonly #dialect: Dialect;
  readonly #port: number;
  readonly #cpu: CpuClock;
  readonly #ledger = new Ledger();
  readonly #absent: readonly number[];
  #senders: readonly LoadConnection[] = [];
  #addresses: readonly string[] = [];
  #expected = 0;
  #leaving = false;
  #failure: Error | undefined;

  constructor(dialect: Dialect, port: number, mailboxes: number, cpu: CpuClock) {
    this.#dialect = dialect;
    this.#port = port;
    this.#absent = Array.from({ length: mailboxes }, (_, index) => index);
    this.#cpu = cpu;
  }

  async open(): Promise<void> {
    // Once before, so that every kind of server knows of the mailboxes.
    const first = await this.#joinAll(this.#absent);
    this.#addresses = first.map(({ address }) => address);
    await this.#leave(first);
    const { length } = this.#absent;
    this.#senders = await this.#joinAll(Array.from({ length: SENDERS }, (_, index) => length + index));
  }

  async fillAndDrain(messages: number): Promise<OfflineCost> {
    this.#expected += messages;
    const check = (): void => this.#check();
    const before = this.#cpu();
    for (const [index, sender] of this.#senders.entries()) {
      const to = this.#addresses[index % this.#addresses.length] ?? '';
      fill(sender, index + 1, to, this.#ledger, messages / SENDERS);
    }
    await settle(this.#ledger, () => this.#ledger.taken === this.#expected, check);
    const [stored, began] = [this.#cpu(), performance.now()];
    const back = await this.#joinAll(this.#absent);
    await settle(this.#ledger, () => this.#ledger.delivered === this.#expected, check);
    const drainTime = ((performance.now() - began) * 1_000) / messages;
    await pause(AFTERMATH);
    const drained = this.#cpu();
    check();
    await this.#leave(back);
    return { store: (stored - before) / messages, drain: (drained - stored) / messages, drainTime };
  }

  async close(): Promise<void> {
    this.#leaving = true;
    await Promise.all(this.#senders.map((sender) => sender.close()));
  }

  #joinAll(indexes: readonly number[]): Promise<readonly LoadConnection[]> {
    return Promise.all(indexes.map((index) => this.#join(index)));
  }

  #join(index: number): Promise<LoadConnection> {
    return this.#dialect.connect(this.#port, index, {
      message: (text) => {
        try {
          this.#ledger.received(text);
        } catch (error) {
          this.#failure ??= error as Error;
        }
      },
      failed: (reason) => {
        if (!this.#leaving) this.#failure ??= new Error(reason);
      },
    });
  }

  /** Until the server has seen it as well. */
  async #leave(connections: readonly LoadConnection[]): Promise<void> {
    this.#leaving = true;
    await Promise.all(connections.map((connection) => connection.close()));
    await pause(AFTERMATH);
    this.#leaving = false;
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function fill(sender: LoadConnection, number: number, to: string, ledger: Ledger, messages: number): void {
  let sent = 0;
  const next = (): void => {
    if (sent === messages) return;
    sent++;
    sender.send(to, ledger.next(number), () => {
      ledger.accepted(number);
      next();
    });
  };
  for (let place = 0; place < IN_FLIGHT; place++) next();
}
