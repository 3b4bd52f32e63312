import { randomInt } from 'node:crypto';
import { DatabaseError } from '@sotto/database';
import { SYNC } from '../constants.ts';
import type { Events } from '../events.ts';
import type { RoundReport } from './pull-round.ts';

export interface CatchUpOptions {
  /** Keys (hex) of the other members of the own swarm now. */
  members(): readonly string[];
  /** One round with a member. */
  pull(member: string): Promise<RoundReport>;
  readonly events: Events;
  /** Milliseconds. */
  now(): number;
}

interface Record {
  strikes: number;
  /** Left alone until then. */
  until: number;
}

/**
 * When this member looks for what it lacks, and at whom: at each member that shows itself, and every few seconds
 * at one at random. Few rounds at once, one with each; whoever wasted a round is left alone, longer each time.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  /** In the order in which they are asked. */
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #records = new Map<string, Record>();
  /** When the last round ended in which all that a member had was looked at. */
  readonly #ended = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    this.#tick();
  }

  /** A link to it was opened, by either side: often by both at nearly one time. */
  arrived(member: string): void {
    const ended = this.#ended.get(member) ?? Number.NEGATIVE_INFINITY;
    if (this.#options.now() - ended >= SYNC.again) this.look(member);
  }

  /** There is a reason to ask it now. */
  look(member: string): void {
    if (this.#stopped || this.#isLeftAlone(member)) return;
    this.#waiting.add(member);
    this.#next();
  }

  /** Resolves when no round is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  /** Spread, so that a swarm that started together does not ask together. */
  #tick(): void {
    this.#timer = setTimeout(
      () => {
        const members = this.#options.members();
        this.#forgetOthers(members);
        const others = members.filter((member) => !this.#isLeftAlone(member));
        const member = others.length === 0 ? undefined : others[randomInt(others.length)];
        if (member !== undefined) this.look(member);
        this.#tick();
      },
      SYNC.interval * (0.75 + Math.random() / 2),
    ).unref();
  }

  #next(): void {
    for (const member of [...this.#waiting]) {
      if (this.#running.size >= SYNC.roundsAtOnce) return;
      if (this.#running.has(member)) continue;
      this.#waiting.delete(member);
      // It may have left the swarm while it waited.
      if (!this.#options.members().includes(member)) continue;
      const round = this.#run(member).finally(() => {
        this.#running.delete(member);
        this.#next();
      });
      this.#running.set(member, round);
    }
  }

  async #run(member: string): Promise<void> {
    const { events } = this.#options;
    try {
      const { outcome, kept } = await this.#options.pull(member);
      events.count('sync-round');
      if (kept > 0) events.count('sync-fetched', kept);
      if (outcome === 'lied' || outcome === 'wasteful') this.#strike(member, outcome);
      else if (outcome === 'same' || outcome === 'done') {
        this.#records.delete(member);
        this.#ended.set(member, this.#options.now());
      } else if (outcome === 'more') this.look(member);
    } catch (error) {
      if (this.#stopped) return;
      if (error instanceof DatabaseError && error.code === 'overloaded') events.count('overloaded');
      else events.failed(error);
    }
  }

  /** Who has left the swarm. */
  #forgetOthers(members: readonly string[]): void {
    for (const known of [this.#records, this.#ended]) {
      for (const member of known.keys()) if (!members.includes(member)) known.delete(member);
    }
  }

  #strike(member: string, outcome: 'lied' | 'wasteful'): void {
    const { events, now } = this.#options;
    events.count(outcome === 'lied' ? 'sync-lied' : 'sync-wasteful');
    const strikes = (this.#records.get(member)?.strikes ?? 0) + 1;
    const { first, last } = SYNC.leaveAlone;
    const pause = Math.min(last, first * 2 ** Math.min(strikes - 1, 10));
    this.#records.set(member, { strikes, until: now() + pause });
  }

  #isLeftAlone(member: string): boolean {
    return this.#options.now() < (this.#records.get(member)?.until ?? 0);
  }
}
