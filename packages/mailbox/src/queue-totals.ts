import { toHex } from '@sotto/bytes';
import { MAIL_CLASSES } from './constants.ts';
import type { MailClass, QueueName, QueueUse } from './mailbox.ts';

/** Sums of this many queues stay in memory; beyond, the oldest are added up again when needed. */
const MAX_QUEUES = 10_000;

interface Total {
  count: number;
  bytes: number;
}

/** How full each queue is, so that an append need not add up its rows. The rows stay the truth. */
export class QueueTotals {
  readonly #sum: (queue: QueueName, mailClass: MailClass) => QueueUse;
  readonly #totals = new Map<string, Total>();

  constructor(sum: (queue: QueueName, mailClass: MailClass) => QueueUse) {
    this.#sum = sum;
  }

  of(queue: QueueName, mailClass: MailClass): Readonly<Total> {
    return this.#load(queue, mailClass);
  }

  add(queue: QueueName, mailClass: MailClass, bytes: number): void {
    const total = this.#load(queue, mailClass);
    total.count += 1;
    total.bytes += bytes;
  }

  subtract(queue: QueueName, mailClass: MailClass, bytes: number): void {
    const total = this.#totals.get(keyOf(queue, mailClass));
    if (total === undefined) return;
    total.count -= 1;
    total.bytes -= bytes;
  }

  forget(queue: QueueName): void {
    for (const mailClass of MAIL_CLASSES) this.#totals.delete(keyOf(queue, mailClass));
  }

  clear(): void {
    this.#totals.clear();
  }

  #load(queue: QueueName, mailClass: MailClass): Total {
    const key = keyOf(queue, mailClass);
    const known = this.#totals.get(key);
    if (known !== undefined) return known;
    const total = { ...this.#sum(queue, mailClass) };
    this.#totals.set(key, total);
    if (this.#totals.size > MAX_QUEUES) {
      const oldest = this.#totals.keys().next();
      if (oldest.done !== true) this.#totals.delete(oldest.value);
    }
    return total;
  }
}

function keyOf({ account, device }: QueueName, mailClass: MailClass): string {
  return `${toHex(account)}.${device}.${mailClass}`;
}
