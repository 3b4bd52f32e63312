import { isReplaced } from '../account/standing.ts';
import type { CarriedOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import { roadTrouble } from '../outbox/road-trouble.ts';
import type { MessageId } from '../ports/store.ts';
import { formatMessageId } from './message-id.ts';

/** Wait until a message has left the queue, has failed or can never leave, at most `timeout` milliseconds. */
export async function waitForCarried(core: Core, id: MessageId, timeout: number): Promise<CarriedOutcome> {
  const wanted = formatMessageId(id);
  let over = false;
  let changed: () => void = () => undefined;
  const unsubscribe = core.events.subscribe((event) => {
    if (event.event === 'message-state' && formatMessageId(event.message) === wanted) changed();
  });
  const cancel = core.clock.after(Math.max(0, timeout), () => {
    over = true;
    changed();
  });
  try {
    for (;;) {
      // Made before the look, so that no change falls between.
      const change = new Promise<void>((resolve) => {
        changed = resolve;
      });
      const seen = await report(core, id);
      if (over || seen.outcome !== 'known' || seen.state !== 'queued') return seen;
      await change;
    }
  } finally {
    unsubscribe();
    cancel();
  }
}

async function report(core: Core, id: MessageId): Promise<CarriedOutcome> {
  const message = await core.store.message(id);
  if (message === undefined) return { outcome: 'unknown-message' };
  const { state, road, storedOn, of } = message;
  let { problem } = message;
  if (state === 'queued') {
    const own = await core.store.account();
    if (own !== undefined && isReplaced(core, own)) return { outcome: 'device-replaced' };
    const contact = await core.store.contact(message.chat);
    problem = roadTrouble(core, contact ?? { road: 'auto', theirRoad: 'auto' }) ?? problem;
  }
  return {
    outcome: 'known',
    state,
    ...(road === undefined ? {} : { road }),
    ...(storedOn === undefined ? {} : { storedOn }),
    ...(of === undefined ? {} : { of }),
    ...(problem === undefined ? {} : { problem }),
  };
}
