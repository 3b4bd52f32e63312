import { BlobsError } from '@sotto/blobs';
import { DatabaseError } from '@sotto/database';
import type { TokenBuckets } from '@sotto/limits';
import { DAY, FORGET_INTERVAL, HOUSEKEEPING_INTERVAL, ONLINE_SWEEP_INTERVAL } from './constants.ts';
import type { RelayContext } from './context.ts';
import { expireIdle } from './removal/expire-idle.ts';
import { forgetCodeCounts } from './store/code-counts.ts';
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

/** Forget what has had its time. What a stop interrupts is done after the next start. */
export function keepHouse(house: House): () => void {
  const { mailbox, onlineMail, store, blobs, events, now, limits, newRecipients } = house;
  let stopped = false;
  const run = async (): Promise<void> => {
    const time = now();
    const expired = await mailbox.expire(time);
    if (expired > 0) events.count('mail-expired', expired);
    await store.write(() => forgetSpent(time, Math.floor(time / DAY)));
    await store.write(() => forgetUsernames(time));
    await store.write(function* () {
      yield* forgetVerifications(time);
      yield* forgetCodeCounts(time);
    });
    await store.write(() => store.seenRequests.forget(time));
    await store.write(function* () {
      yield* forgetLinkTokens(time);
      yield* forgetParcels(time);
    });
    store.erase();
    await expireIdle(house);
  };
  const expireBlobs = async (): Promise<void> => {
    const removed = (await blobs?.store.expire(now())) ?? 0;
    if (removed > 0) events.count('blobs-expired', removed);
  };
  const guard = (done: Promise<void>): void => {
    done.catch((error: unknown) => {
      if (!(stopped && isClosed(error))) events.failed(error);
    });
  };
  const all = (): void => {
    guard(run());
    // Apart: a store elsewhere that is away keeps nothing else from being forgotten.
    guard(expireBlobs());
  };
  all();
  const timers = [
    setInterval(all, HOUSEKEEPING_INTERVAL).unref(),
    setInterval(() => guard(onlineMail.expire(now())), ONLINE_SWEEP_INTERVAL).unref(),
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

function isClosed(error: unknown): boolean {
  return (error instanceof DatabaseError || error instanceof BlobsError) && error.code === 'closed';
}
