import { BlobsError } from '@sotto/blobs';
import { DatabaseError, type Work } from '@sotto/database';
import type { TokenBuckets } from '@sotto/limits';
import {
  DAY,
  FORGET_INTERVAL,
  HOUSEKEEPING_INTERVAL,
  ONLINE_SWEEP_INTERVAL,
  SEEN_SWEEP_INTERVAL,
} from './constants.ts';
import type { RelayContext } from './context.ts';
import { clearOrphans } from './removal/clear-orphans.ts';
import { expireIdle } from './removal/expire-idle.ts';
import { forgetCodeCounts } from './store/code-counts.ts';
import { forgetAll } from './store/forget-some.ts';
import { forgetLinkTokens } from './store/link-tokens.ts';
import { forgetSpent } from './store/once.ts';
import { forgetParcels } from './store/parcels.ts';
import { forgetUsernames } from './store/usernames.ts';
import { forgetVerifications } from './store/verifications.ts';

type House = Pick<
  RelayContext,
  | 'mailbox'
  | 'store'
  | 'connections'
  | 'avatars'
  | 'blobs'
  | 'onlineMail'
  | 'events'
  | 'now'
  | 'newRecipients'
> & {
  readonly limits: Readonly<Record<string, TokenBuckets>>;
};

type Step = () => unknown;

/** Forget what has had its time. What a stop interrupts is done after the next start. */
export function keepHouse(house: House): () => void {
  const { onlineMail, store, events, now, limits, newRecipients } = house;
  let stopped = false;
  /** One after the other, each for itself: what fails is no reason to leave the rest undone. */
  const take = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      try {
        if (!stopped) await step();
      } catch (error) {
        if (!(stopped && isClosed(error))) events.failed(error);
      }
    }
  };
  const hourly = oneAtATime(() => take(stepsOf(house)));
  // Apart: a store elsewhere that is away or slow keeps nothing else from being forgotten.
  const blobs = oneAtATime(() => take([() => expireBlobs(house)]));
  const sweep = oneAtATime(() => take([() => store.seenRequests.forget(now())]));
  hourly();
  blobs();
  sweep();
  const timers = [
    setInterval(hourly, HOUSEKEEPING_INTERVAL).unref(),
    setInterval(blobs, HOUSEKEEPING_INTERVAL).unref(),
    setInterval(sweep, SEEN_SWEEP_INTERVAL).unref(),
    setInterval(() => void take([() => onlineMail.expire(now())]), ONLINE_SWEEP_INTERVAL).unref(),
    setInterval(() => {
      for (const buckets of Object.values(limits)) buckets.forgetFull(now());
      newRecipients.forget(now());
    }, FORGET_INTERVAL).unref(),
  ];
  return () => {
    stopped = true;
    for (const timer of timers) clearInterval(timer);
  };
}

function stepsOf(house: House): readonly Step[] {
  const { mailbox, store, events, now } = house;
  const forget = (work: (now: number) => Work<number>) => (): Promise<void> => {
    const time = now();
    return forgetAll(store, () => work(time));
  };
  return [
    async () => {
      const expired = await mailbox.expire(now());
      if (expired > 0) events.count('mail-expired', expired);
    },
    forget((time) => forgetSpent(time, Math.floor(time / DAY))),
    forget(forgetUsernames),
    forget(forgetVerifications),
    () => store.write(() => forgetCodeCounts(now())),
    forget(forgetLinkTokens),
    forget(forgetParcels),
    () => expireIdle(house),
    () => clearOrphans(house),
    () => store.erase(),
  ];
}

async function expireBlobs({ blobs, events, now }: House): Promise<void> {
  const removed = (await blobs?.store.expire(now())) ?? 0;
  if (removed > 0) events.count('blobs-expired', removed);
}

function isClosed(error: unknown): boolean {
  return (error instanceof DatabaseError || error instanceof BlobsError) && error.code === 'closed';
}

/** Not again while it is under way: there may be more to do than is done until the next time. */
function oneAtATime(work: () => Promise<void>): () => void {
  let underWay = false;
  return () => {
    if (underWay) return;
    underWay = true;
    void work().finally(() => {
      underWay = false;
    });
  };
}
