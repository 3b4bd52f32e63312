import type { Tally } from './tally.ts';

/** One client of a server, with one connection. */
export interface Client {
  readonly isOpen: boolean;
  /** Requests that are on their way. */
  readonly unanswered: number;
  /** How often its connection was cut before anything was said. */
  readonly turnedAway: number;
  /** Called when it may send more. */
  answered: () => void;
  dial(): void;
  /** Why it sends nothing now. */
  refusesOwn(): 'told' | 'held' | undefined;
  send(tally: Tally, message: number, request: Buffer): void;
  close(): void;
}

/** Whoever comes again comes as much later at random: seconds are whole, and would gather clients. */
export const SPREAD = 1_000;
/** Before a client dials again that was not told when. */
export const REDIAL = 1_000;
