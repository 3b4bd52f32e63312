import type { PersonName } from './plan-relays.ts';

/** One message of one sender, who sends the next only when this one was acknowledged. */
export interface Sent {
  /** Who of several that send for one person at once. */
  readonly sender: string;
  readonly to: PersonName;
  /** Of this sender, from 0 upwards. */
  readonly number: number;
  /** Nobody else sends it. */
  readonly text: string;
  /** By the sender's clock; the same each time it is sent, so that its receiver knows it again. */
  readonly timestamp: number;
  /** How often it left; all but the last without a 200. */
  attempts: number;
  acknowledged: boolean;
}

/** What a receiver has committed, in that order, before it acknowledged it. */
export interface Taken {
  readonly connection: number;
  /** The relay's own name of what it keeps: another one each time that something is stored. */
  readonly guid: string;
  readonly text: string;
  readonly timestamp: number;
}

export interface MailHistory {
  readonly sent: readonly Sent[];
  readonly taken: Readonly<Record<PersonName, readonly Taken[]>>;
  /** Whose queue was not empty in the end, though everything in it had been acknowledged. */
  readonly notEmptied: readonly PersonName[];
}
