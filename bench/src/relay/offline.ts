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
}

const SENDERS = 10;
/** Together fewer than our relay answers at once. */
const IN_FLIGHT = 40;
/** The last acknowledgements are under way when the last message has come. */
const AFTERMATH = 300;
const ABSENT = 0;

/** So many go the same way first, and count for nothing: code is compiled then. */
const WARM_MESSAGES = 3_000;

/** Fill the mailbox of somebody absent with so many messages, then let them come back. */
export function costOffline(messenger: Messenger, messages: number): Promise<OfflineCost> {
  return visit(messenger, async ({ pid }, port) => {
    const mailbox = new FilledMailbox(messenger.dialect, port, () => cpuOfTree(pid));
    await mailbox.open();
    try {
      await mailbox.fillAndDrain(WARM_MESSAGES);
      return await mailbox.fillAndDrain(messages);
    } finally {
      await mailbox.close();
    }
  });
}

class FilledMailbox {
  readonly #dialect: Dialect;
  readonly #port: number;
  readonly #cpu: CpuClock;
  readonly #ledger = new Ledger();
  #senders: readonly LoadConnection[] = [];
  #address = '';
  #expected = 0;
  #leaving = false;
  #failure: Error | undefined;

  constructor(dialect: Dialect, port: number, cpu: CpuClock) {
    this.#dialect = dialect;
    this.#port = port;
    this.#cpu = cpu;
  }

  async open(): Promise<void> {
    // Once before, so that every kind of server knows of the mailbox.
    const first = await this.#join(ABSENT);
    this.#address = first.address;
    await this.#leave(first);
    this.#senders = await Promise.all(Array.from({ length: SENDERS }, (_, index) => this.#join(index + 1)));
  }

  async fillAndDrain(messages: number): Promise<OfflineCost> {
    this.#expected += messages;
    const check = (): void => this.#check();
    const before = this.#cpu();
    for (const [index, sender] of this.#senders.entries()) {
      fill(sender, index + 1, this.#address, this.#ledger, messages / SENDERS);
    }
    await settle(this.#ledger, () => this.#ledger.taken === this.#expected, check);
    const stored = this.#cpu();
    const back = await this.#join(ABSENT);
    await settle(this.#ledger, () => this.#ledger.delivered === this.#expected, check);
    await pause(AFTERMATH);
    const drained = this.#cpu();
    check();
    await this.#leave(back);
    return { store: (stored - before) / messages, drain: (drained - stored) / messages };
  }

  async close(): Promise<void> {
    this.#leaving = true;
    await Promise.all(this.#senders.map((sender) => sender.close()));
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
  async #leave(connection: LoadConnection): Promise<void> {
    this.#leaving = true;
    await connection.close();
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
