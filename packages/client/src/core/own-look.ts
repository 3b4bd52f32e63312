import { MINUTE, OWN_LOOK_PATIENCE, RECORD_VERIFY_EVERY } from '../constants.ts';
import type { Clock } from '../ports/system.ts';

export type OwnLooked =
  /** The record was read lately, and whatever it says of this device is written down. */
  | 'seen'
  /** The swarm does not answer in time. It may next time. */
  | 'silent'
  /** Neither does it, and a road has said that this device is not the account's any more. */
  | 'doubted';

/**
 * When the own record was last read from its swarm. The onion road knows no devices: only the record says
 * there that the account goes on without this one, so it is read before anything leaves by that road. Once
 * in a run, after a hint and daily; not for each message.
 */
export interface OwnLook {
  /** Read it if that is due, and wait for the answer within reason. */
  ask(): Promise<OwnLooked>;
  /** Read it now. False when the swarm does not answer. */
  again(): Promise<boolean>;
  /** Somebody else has just read it, or has just made it. */
  seen(): void;
  /** A road has said that this device is not the account's any more. */
  doubt(): void;
  /** How it is read; set once by whoever can. */
  look: () => Promise<boolean>;
}

interface Running {
  readonly done: Promise<boolean>;
  /** Resolves with `done`, or when nobody should wait any longer. */
  readonly bound: Promise<void>;
}

export function createOwnLook(clock: Clock): OwnLook {
  let seenAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let doubts = 0;
  /** The doubts that what was read has answered. */
  let answered = 0;
  let running: Running | undefined;

  // A clock that went back makes nothing fresh.
  const isWithin = (at: number, time: number) => Math.abs(clock.now() - at) < time;
  // Whoever takes the account over registers first and publishes then, so that a look may come too early.
  const isFresh = () => answered === doubts && isWithin(seenAt, doubts > 0 ? MINUTE : RECORD_VERIFY_EVERY);

  function start(): Running {
    if (running !== undefined) return running;
    const about = doubts;
    const done = self.look().then(
      (seen) => {
        if (seen) [seenAt, answered] = [clock.now(), about];
        return seen;
      },
      () => false,
    );
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(OWN_LOOK_PATIENCE, () => {
        failedAt = clock.now();
        resolve();
      });
    });
    const ended = done.then((seen) => {
      cancel();
      if (!seen) failedAt = clock.now();
      running = undefined;
    });
    running = { done, bound: Promise.race([ended, late]) };
    return running;
  }

  const self: OwnLook = {
    async ask() {
      // A second time when a hint came while the first look was under way.
      for (let round = 0; round < 2 && !isFresh(); round++) {
        if (running === undefined && isWithin(failedAt, MINUTE)) break;
        await start().bound;
      }
      if (answered !== doubts) return 'doubted';
      return isFresh() ? 'seen' : 'silent';
    },
    again: () => start().done,
    seen() {
      seenAt = clock.now();
    },
    doubt() {
      doubts++;
      failedAt = Number.NEGATIVE_INFINITY;
    },
    look: async () => true,
  };
  return self;
}
