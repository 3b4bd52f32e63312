import { type Bytes, equalBytes, toHex } from '@sotto/bytes';
import { READ_BYTES } from './constants.ts';
import type { MailEntry, QueueName, StoredMail } from './mailbox.ts';
import { keyOf } from './queue-key.ts';

/** Committed mail that is kept in memory for a reader who has not asked for it yet; beyond, the oldest goes. */
const MAX_FRESH_BYTES = 8 * 1024 * 1024;
/** A reader who is connected asks at once. What nobody asked for in so long is not kept: they may never. */
const FRESH_FOR_MS = 2_000;
/** Queues whose newest position is remembered. */
const MAX_QUEUES = 10_000;

/** Mail without a gap: all of its queue that lies after `after`. */
interface Run {
  readonly queue: string;
  after: number;
  readonly mail: StoredMail[];
}

/**
 * What a device that is connected would otherwise read back from disk a moment after it was written there.
 * Holds nothing that is not committed, and what was read once is the reader's. The rows stay the truth: whoever
 * asks for anything but the very next mail gets no answer here.
 */
export class FreshMail {
  readonly #newest = new Map<string, number>();
  readonly #runs = new Map<string, Run>();
  #bytes = 0;
  #ageing: NodeJS.Timeout | undefined;

  /** An entry has been committed at `position`. Called in the order of positions. */
  add({ queue, id, envelope }: MailEntry, position: number): void {
    const key = keyOf(queue);
    const after = this.#newest.get(key);
    this.#noteNewest(key, position);
    if (after === undefined) return;
    const run = this.#runs.get(key) ?? { queue: key, after, mail: [] };
    run.mail.push({ position, id, envelope });
    this.#runs.set(key, run);
    this.#bytes += envelope.length;
    this.#ageing ??= setTimeout(() => this.clear(), FRESH_FOR_MS).unref();
    for (const oldest of this.#runs.values()) {
      if (this.#bytes <= MAX_FRESH_BYTES) break;
      this.#drop(oldest);
    }
  }

  /** Mail right after a position, or undefined when only the rows can tell. It is given out once. */
  take(queue: QueueName, after: number, limit: number): readonly StoredMail[] | undefined {
    const key = keyOf(queue);
    if (after >= (this.#newest.get(key) ?? Number.POSITIVE_INFINITY)) return [];
    const run = this.#runs.get(key);
    if (run === undefined) return undefined;
    if (run.after !== after) {
      // The reader will have all of it from the rows.
      this.#drop(run);
      return undefined;
    }
    const taken = run.mail.splice(0, countOf(run.mail, limit));
    const last = taken.at(-1);
    if (last !== undefined) run.after = last.position;
    this.#bytes -= bytesOf(taken);
    if (run.mail.length === 0) this.#runs.delete(key);
    return taken;
  }

  /** Mail of this ID is removed. */
  remove(queue: QueueName, id: Bytes): void {
    const run = this.#runs.get(keyOf(queue));
    if (run?.mail.some((mail) => equalBytes(mail.id, id)) === true) this.#drop(run);
  }

  /** Only the rows can tell what is in this queue. */
  forget(queue: QueueName): void {
    this.#forget(keyOf(queue));
  }

  /** Somebody's queues are emptied for good: nothing of them is remembered. */
  forgetAccount(account: Bytes): void {
    const prefix = `${toHex(account)}.`;
    for (const key of [...this.#newest.keys()]) if (key.startsWith(prefix)) this.#forget(key);
  }

  /** Mail has been removed by other marks than its ID, or is no longer fresh. */
  clear(): void {
    clearTimeout(this.#ageing);
    this.#ageing = undefined;
    this.#runs.clear();
    this.#bytes = 0;
  }

  /** A queue whose newest position is not known may have mail that its run lacks, so the run goes with it. */
  #noteNewest(key: string, position: number): void {
    const isFull = this.#newest.size >= MAX_QUEUES && !this.#newest.has(key);
    const oldest = isFull ? this.#newest.keys().next().value : undefined;
    if (oldest !== undefined) this.#forget(oldest);
    this.#newest.set(key, position);
  }

  #forget(key: string): void {
    this.#newest.delete(key);
    const run = this.#runs.get(key);
    if (run !== undefined) this.#drop(run);
  }

  #drop(run: Run): void {
    this.#bytes -= bytesOf(run.mail);
    this.#runs.delete(run.queue);
  }
}

/** How many of them one read gives out: at most `limit`, and about `READ_BYTES`. */
function countOf(mail: readonly StoredMail[], limit: number): number {
  let [count, bytes] = [0, 0];
  for (const { envelope } of mail) {
    bytes += envelope.length;
    if (count === limit || (count > 0 && bytes > READ_BYTES)) break;
    count++;
  }
  return count;
}

function bytesOf(mail: readonly StoredMail[]): number {
  return mail.reduce((sum, { envelope }) => sum + envelope.length, 0);
}
