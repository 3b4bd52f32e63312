import type { Hearer, LoadConnection } from '../load/dialect.ts';
import { Ledger } from '../load/ledger.ts';
import { pause, settle } from '../load/settle.ts';
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
const IN_FLIGHT = 50;
/** The last acknowledgements are under way when the last message has come. */
const AFTERMATH = 300;
const ABSENT = 0;

/** Fill the mailbox of somebody absent with so many messages, then let them come back. */
export function costOffline(messenger: Messenger, messages: number): Promise<OfflineCost> {
  return visit(messenger, async ({ pid }, port) => {
    const ledger = new Ledger();
    let failure: Error | undefined;
    const check = (): void => {
      if (failure !== undefined) throw failure;
    };
    const hearer: Hearer = {
      message: (text) => {
        try {
          ledger.received(text);
        } catch (error) {
          failure ??= error as Error;
        }
      },
      failed: (reason) => {
        failure ??= new Error(reason);
      },
    };
    const join = (index: number): Promise<LoadConnection> => messenger.dialect.connect(port, index, hearer);
    // Once before, so that every kind of server knows of the mailbox.
    const first = await join(ABSENT);
    await first.close();
    await pause(AFTERMATH);
    failure = undefined;
    const senders = await Promise.all(Array.from({ length: SENDERS }, (_, index) => join(index + 1)));

    const before = cpuOfTree(pid);
    for (const [index, sender] of senders.entries())
      fill(sender, index + 1, first.address, ledger, messages / SENDERS);
    await settle(ledger, () => ledger.taken === messages, check);
    const stored = cpuOfTree(pid);
    const back = await join(ABSENT);
    await settle(ledger, () => ledger.delivered === messages, check);
    await pause(AFTERMATH);
    const drained = cpuOfTree(pid);
    check();
    await Promise.all([back, ...senders].map((one) => one.close()));
    return { store: (stored - before) / messages, drain: (drained - stored) / messages };
  });
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
