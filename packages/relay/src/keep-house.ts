import { DatabaseError } from '@sotto/database';
import { DAY, FORGET_INTERVAL, HOUSEKEEPING_INTERVAL } from './constants.ts';
import type { RelayContext } from './context.ts';
import { forgetSpent } from './store/once.ts';
import { forgetVerifications } from './store/verifications.ts';

type House = Pick<RelayContext, 'mailbox' | 'store' | 'events' | 'now' | 'limits'>;

/** Forget what has had its time. What a stop interrupts is done after the next start. */
export function keepHouse({ mailbox, store, events, now, limits }: House): () => void {
  let stopped = false;
  const run = async (): Promise<void> => {
    const time = now();
    const expired = await mailbox.expire(time);
    if (expired > 0) events.count('mail-expired', expired);
    await store.write(() => forgetSpent(time, Math.floor(time / DAY)));
    await store.write(() => forgetVerifications(time));
    await store.write(() => store.seenRequests.forget(time));
    store.erase();
  };
  const guarded = (): void => {
    run().catch((error: unknown) => {
      if (!(stopped && error instanceof DatabaseError && error.code === 'closed')) events.failed(error);
    });
  };
  guarded();
  const timers = [
    setInterval(guarded, HOUSEKEEPING_INTERVAL).unref(),
    setInterval(() => {
      for (const buckets of Object.values(limits)) buckets.forgetFull(now());
    }, FORGET_INTERVAL).unref(),
  ];
  return () => {
    stopped = true;
    for (const timer of timers) clearInterval(timer);
  };
}
