import { type Bytes, equalBytes, toHex } from '@sotto/bytes';
import type { Clock, Collector, RandomBytes } from '@sotto/client';
import type { DirectoryNode } from '@sotto/directory';
import { BackOff, jitter } from './back-off.ts';
import type { Box } from './box.ts';
import { BoxReader } from './box-reader.ts';
import { gather } from './gather.ts';
import { HandOver } from './hand-over.ts';
import {
  EARLIER_BOX_PAUSE,
  EMPTY_POLL_PAUSE,
  MAX_DELETES,
  MAX_PAGES_OUT_OF_TURN,
  MAX_SWEPT_PAGES,
  SETTLE,
} from './limits.ts';
import { type Members, readQuorum } from './members.ts';
import { mergeMembers } from './merge-members.ts';
import type { BoxKind, Page } from './read-box.ts';

export interface MailboxLoopParts {
  readonly members: Members;
  readonly collector: Collector;
  readonly box: Box;
  readonly kind: BoxKind;
  /** Whether it waits at a member for something to come, or looks in from time to time. */
  readonly patience: 'waits' | 'looks';
  /** Milliseconds of our clock when it ends; absent for the present boxes. */
  readonly until?: number;
  /** Whose path it goes by: no other box shares it, so that no hop sees two boxes asked together. */
  readonly purpose: string;
  /** A member answered, or a whole attempt failed. */
  readonly onAnswer: () => void;
  readonly onFailure: () => void;
  /** All that a read quorum had when the loop began, or began anew, is committed. */
  readonly onDrained: () => void;
}

interface Answer {
  readonly node: DirectoryNode;
  readonly page: Page;
}

/** At most so many are asked at once when a loop begins: the read quorum of a usual swarm. */
const SWEPT_AT_LEAST = 3;
const SHORT = 1_000;

/**
 * Collects one mailbox: first from a read quorum, so that nothing durable is missed, then from one member
 * after the other, each of which holds the request until something comes. A member's `last_hash` is its
 * own and is never taken to another (reference: session-protocol §3.6).
 */
export class MailboxLoop {
  readonly #parts: MailboxLoopParts;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #handOver: HandOver;
  readonly #backOff: BackOff;
  readonly #reader: BoxReader;
  /** Committed in our own box, and perhaps still at some member. */
  readonly #toDelete = new Set<string>();
  /** Members asked since all were last asked. */
  readonly #asked = new Set<string>();
  /** Further pages fetched out of turn since then. */
  #pagesOutOfTurn = 0;
  #deletesFailed = false;
  #failedLast = false;
  #swept = false;
  #sweeps = 0;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(parts: MailboxLoopParts) {
    this.#parts = parts;
    const { clock, random } = parts.members.asker.traveller;
    this.#clock = clock;
    this.#random = random;
    this.#backOff = new BackOff(random);
    const committed = (hash: string) => {
      // Siblings read the request mailbox too: nobody deletes from it.
      if (parts.kind === 'contacts') this.#toDelete.add(hash);
    };
    this.#handOver = new HandOver({ collector: parts.collector, clock, committed });
    this.#reader = new BoxReader({ ...parts, handOver: this.#handOver });
    void this.#run();
  }

  /** The road was down: what came meanwhile may lie anywhere. */
  sweepAgain(): void {
    this.#swept = false;
  }

  /** What failed may go through now: do not wait for it any longer. */
  hurry(): void {
    if (!this.#failedLast && this.#swept) return;
    this.#backOff.reset();
    this.#wake();
  }

  close(): void {
    this.#ended = true;
    this.#handOver.close();
    this.#wake();
    this.#parts.members.asker.traveller.nodes.keeper.end(this.#parts.purpose);
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      const { until = Number.POSITIVE_INFINITY } = this.#parts;
      if (this.#clock.now() >= until) {
        this.close();
        this.#parts.onDrained();
        return;
      }
      this.#startOverWhenDue();
      const pause = this.#swept ? await this.#poll() : await this.#sweep();
      if (this.#ended) return;
      if (pause === 'failed') this.#parts.onFailure();
      else this.#backOff.reset();
      await this.#pause(pause === 'failed' ? this.#backOff.next() : pause);
      if (!this.#ended) await this.#handOver.room();
    }
  }

  /** Members show what was let go only to whoever reads from the beginning. */
  #startOverWhenDue(): void {
    if (!this.#handOver.takeAgain()) return;
    this.#reader.startOver();
    this.#swept = false;
  }

  /** Everything that a read quorum has. Milliseconds to wait before the first poll. */
  async #sweep(): Promise<number | 'failed'> {
    const { members, box } = this.#parts;
    const candidates = this.#candidates();
    const needed = Math.max(1, readQuorum(members.count(box.key)));
    const unasked = [...candidates];
    const firstPage = async () => {
      for (let node = unasked.shift(); node; node = unasked.shift()) {
        const page = await this.#reader.read(node);
        if (page) return { node, page };
      }
      return undefined;
    };
    const pending = new Set<string>();
    let complete = 0;
    let jobs = Array.from({ length: Math.max(needed, SWEPT_AT_LEAST) }, firstPage);
    for (let pages = 1; jobs.length > 0 && !this.#ended; pages++) {
      const found = await gather(this.#clock, jobs, ({ length }) => length + complete >= needed);
      if (found.length > 0) this.#parts.onAnswer();
      for (const hash of this.#take(found)) pending.add(hash);
      await this.#handOver.room();
      const unfinished = found.filter(({ page }) => page.more && pages < MAX_SWEPT_PAGES);
      complete += found.length - unfinished.length;
      jobs = unfinished.map(async ({ node }) => {
        const page = await this.#reader.read(node);
        return page && { node, page };
      });
    }
    if (complete < needed) return 'failed';
    this.#swept = true;
    void this.#tellWhenDrained(pending, ++this.#sweeps);
    return 0;
  }

  /** Unless all has been read anew since: what was let go meanwhile counts in the later sweep only. */
  async #tellWhenDrained(pending: ReadonlySet<string>, sweep: number): Promise<void> {
    // Else each reading of a box in which something can never be opened would leave one more that waits.
    const isOver = () => sweep !== this.#sweeps;
    await this.#handOver.settled(pending, { isOver });
    if (!this.#ended && this.#swept && !isOver()) this.#parts.onDrained();
  }

  /** One member, with what is to be deleted. Milliseconds to wait before the next one. */
  async #poll(): Promise<number | 'failed'> {
    const { members, patience } = this.#parts;
    const node = this.#nextMember();
    if (!node) return 'failed';
    const started = this.#clock.now();
    // A member may be in trouble, or have too many that wait already: the next one is only looked at.
    const waits = patience === 'waits' && !this.#failedLast && !members.isSuspect(node);
    const hashes = this.#deletesFailed ? [] : [...this.#toDelete].slice(0, MAX_DELETES);
    const page = await this.#reader.read(node, { waits, hashes });
    this.#failedLast = page === undefined;
    this.#deletesFailed = page === undefined && hashes.length > 0;
    if (!page) return 'failed';
    this.#parts.onAnswer();
    for (const hash of hashes) this.#toDelete.delete(hash);
    const goesOn = this.#goesOn(page);
    const pending = this.#take([{ node, page }]);
    await this.#handOver.settled(pending, { milliseconds: SETTLE });
    // It may have much more: the next page of it, before anybody else is asked. But not for ever, or one member
    // that says so would keep from us what the others have.
    if (goesOn && this.#pagesOutOfTurn++ < MAX_PAGES_OUT_OF_TURN) this.#asked.delete(toHex(node.ed25519));
    if (goesOn || pending.size > 0) return 0;
    if (patience === 'looks') return jitter(EARLIER_BOX_PAUSE, this.#random);
    const answeredAtOnce = waits && this.#clock.now() - started < SHORT;
    return answeredAtOnce ? jitter(EMPTY_POLL_PAUSE, this.#random) : 0;
  }

  /** It says that it has more, and has shown something that we did not have. */
  #goesOn({ more, messages, worthless }: Page): boolean {
    const hashes = [...messages.map(({ hash }) => hash), ...worthless];
    return more && hashes.some((hash) => !this.#handOver.isDone(hash));
  }

  /** Hand over what is new, in one order. Hashes of what is not committed yet. */
  #take(answers: readonly Answer[]): ReadonlySet<string> {
    for (const { node, page } of answers) this.#reader.taken(node, page);
    const pages = answers.map(({ page }) => page);
    for (const hash of pages.flatMap(({ worthless }) => worthless)) {
      this.#handOver.skip(hash);
      if (this.#parts.kind === 'contacts') this.#toDelete.add(hash);
    }
    return this.#handOver.take(mergeMembers(pages.map(({ messages }) => messages)));
  }

  /** Each in turn, so that what one member lacks is soon had from another. */
  #nextMember(): DirectoryNode | undefined {
    const candidates = this.#candidates();
    const lively = candidates.filter((node) => !this.#parts.members.isAvoided(node));
    const choice = lively.length > 0 ? lively : candidates;
    const inTurn = choice.filter(({ ed25519 }) => !this.#asked.has(toHex(ed25519)));
    if (inTurn.length === 0) {
      this.#asked.clear();
      this.#pagesOutOfTurn = 0;
    }
    const node = inTurn[0] ?? choice[0];
    if (node) this.#asked.add(toHex(node.ed25519));
    return node;
  }

  /**
   * A guard knows our address: it is not asked for our own mail as long as enough others answer to find all that
   * is durable.
   */
  #candidates(): readonly DirectoryNode[] {
    const { members, box } = this.#parts;
    const guards: readonly { readonly ed25519: Bytes }[] = members.asker.traveller.nodes.keeper.allGuards();
    const all = members.inOrder(box.key);
    const others = all.filter(({ ed25519 }) => !guards.some((guard) => equalBytes(guard.ed25519, ed25519)));
    const lively = others.filter((node) => !members.isAvoided(node));
    return lively.length >= readQuorum(all.length) ? others : all;
  }

  #pause(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(milliseconds, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
