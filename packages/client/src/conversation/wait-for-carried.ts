import type { CarriedOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import type { MessageId, StoredMessage } from '../ports/store.ts';
import { formatMessageId } from './message-id.ts';

/** Wait until a message has left the queue or has failed, at most `timeout` milliseconds. */
export async function waitForCarried(core: Core, id: MessageId, timeout: number): Promise<CarriedOutcome> {
  const wanted = formatMessageId(id);
  let changed: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    changed = resolve;
  });
  // Subscribed before the first look, so that no change falls between.
  const unsubscribe = core.events.subscribe((event) => {
    if (event.event !== 'message-state' || event.state === 'queued') return;
    if (formatMessageId(event.message) === wanted) changed();
  });
  const cancel = core.clock.after(Math.max(0, timeout), () => changed());
  try {
    const now = await core.store.message(id);
    if (now === undefined || now.state !== 'queued') return report(now);
    await left;
    return report(await core.store.message(id));
  } finally {
    unsubscribe();
    cancel();
  }
}

function report(message: StoredMessage | undefined): CarriedOutcome {
  if (message === undefined) return { outcome: 'unknown-message' };
  const { state, road, storedOn, problem } = message;
  return {
    outcome: 'known',
    state,
    ...(road === undefined ? {} : { road }),
    ...(storedOn === undefined ? {} : { storedOn }),
    ...(problem === undefined ? {} : { problem }),
  };
}
