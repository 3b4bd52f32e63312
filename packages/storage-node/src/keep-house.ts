import { DatabaseError } from '@sotto/database';
import { SWEEP_INTERVAL, SWEEP_ROWS, SYNC_INTERVAL } from './constants.ts';
import type { HttpService } from './http/serve-http.ts';
import type { NodeContext } from './node-context.ts';

/** Forget what has had its time. What a stop interrupts is done after the next start. */
export function keepHouse(context: NodeContext, service: Pick<HttpService, 'forgetAddresses'>): () => void {
  let stopped = false;
  let running = false;
  const timer = setInterval(() => {
    service.forgetAddresses();
    if (running) return;
    running = true;
    sweep(context, () => stopped)
      .catch((error: unknown) => {
        if (!(stopped && error instanceof DatabaseError && error.code === 'closed'))
          context.events.failed(error);
      })
      .finally(() => {
        running = false;
      });
  }, SWEEP_INTERVAL).unref();
  const syncing = setInterval(
    () => context.openedLayers.sync((error) => context.events.failed(error)),
    SYNC_INTERVAL,
  ).unref();
  return () => {
    stopped = true;
    clearInterval(syncing);
    clearInterval(timer);
  };
}

/** In steps, so that nobody waits for a large one. */
async function sweep(
  { store, openedLayers, mailboxRate, events, now }: NodeContext,
  isStopped: () => boolean,
): Promise<void> {
  let removed = SWEEP_ROWS;
  while (removed === SWEEP_ROWS && !isStopped()) {
    removed = await store.write(() => store.messages.sweep(now()));
    if (removed > 0) {
      events.count('message-expired', removed);
      store.eraseSoon();
    }
  }
  let forgotten = SWEEP_ROWS;
  while (forgotten === SWEEP_ROWS && !isStopped()) {
    forgotten = await store.write(() => store.operations.sweep(now()));
  }
  while (!isStopped() && (await store.write(() => store.knownOwners.sweep(now()))) === SWEEP_ROWS);
  store.room.recount();
  mailboxRate.forgetFull(now());
  if (!isStopped()) openedLayers.sweep(now());
}
