import { SYNC } from '../constants.ts';

/** Why something that a member has is not taken from it. */
export type Doubt =
  /** Nobody need offer it for a while: it is over, not this swarm's, ahead of the clock, or there is no room. */
  | 'unwanted'
  /** This one alone is not believed; a second member that has the same is. */
  | 'unproven';

interface Noted {
  readonly doubt: Doubt;
  /** Who offered it. */
  readonly member: string;
}

/**
 * What was offered of late and not taken, so that it is not fetched in every round, and who vouched for it.
 * Each is remembered for one to two periods; a flood makes the periods shorter.
 */
export class Doubts {
  readonly #now: () => number;
  #fresh = new Map<string, Noted>();
  #old = new Map<string, Noted>();
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  note(id: string, member: string, doubt: Doubt): void {
    this.#turn();
    this.#fresh.set(id, { doubt, member });
  }

  /** It may be another thing now. */
  forget(id: string): void {
    this.#fresh.delete(id);
    this.#old.delete(id);
  }

  /** Whether to let it be when this member offers it. */
  skips(id: string, member: string): boolean {
    const noted = this.#find(id);
    return noted !== undefined && (noted.doubt === 'unwanted' || noted.member === member);
  }

  /** Whether another member has offered it, which alone was not believed. */
  isSecond(id: string, member: string): boolean {
    const noted = this.#find(id);
    return noted?.doubt === 'unproven' && noted.member !== member;
  }

  #find(id: string): Noted | undefined {
    this.#turn();
    return this.#fresh.get(id) ?? this.#old.get(id);
  }

  #turn(): void {
    const age = this.#now() - this.#since;
    if (age < SYNC.rememberDoubts && this.#fresh.size < SYNC.doubts) return;
    this.#old = age < 2 * SYNC.rememberDoubts ? this.#fresh : new Map();
    this.#fresh = new Map();
    this.#since = this.#now();
  }
}
