import { isReplaced } from '../account/standing.ts';
import type { CarriedOutcome } from '../client-types.ts';
import { whyNever } from '../contacts/why-never.ts';
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
      const { seen, hopeless } = await look(core, id);
      if (over || hopeless || seen.outcome !== 'known' || seen.state !== 'queued') return seen;
      await change;
    }
  } finally {
    unsubscribe();
    cancel();
  }
}

interface Look {
  readonly seen: CarriedOutcome;
  /** Nothing to wait for: it goes when somebody has decided otherwise. */
  readonly hopeless: boolean;
}

async function look(core: Core, id: MessageId): Promise<Look> {
  const message = await core.store.message(id);
  if (message === undefined) return { seen: { outcome: 'unknown-message' }, hopeless: false };
  const { state, road, storedOn, of } = message;
  let { problem } = message;
  let hopeless = false;
  if (state === 'queued') {
    const own = await core.store.account();
    if (own !== undefined && isReplaced(core, own)) {
      return { seen: { outcome: 'device-replaced' }, hopeless: true };
    }
    const contact = await core.store.contact(message.chat);
    const never = own && contact && whyNever(core, own, contact);
    hopeless = never !== undefined;
    const trouble = roadTrouble(core, contact ?? { road: 'auto', theirRoad: 'auto' });
    problem = never ?? trouble ?? problem;
  }
  const seen: CarriedOutcome = {
    outcome: 'known',
    state,
    ...(road === undefined ? {} : { road }),
    ...(storedOn === undefined ? {} : { storedOn }),
    ...(of === undefined ? {} : { of }),
    ...(problem === undefined ? {} : { problem }),
  };
  return { seen, hopeless };
}
