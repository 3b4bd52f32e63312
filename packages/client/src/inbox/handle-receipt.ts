import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { MessageId } from '../ports/store.ts';
import type { Arrival } from './arrival.ts';

/** Delivery receipts: our messages in this chat have arrived. Others, or none of ours, change nothing. */
export async function handleReceipt(
  core: Core,
  work: Work,
  arrival: Arrival,
  messages: readonly Pick<MessageId, 'device' | 'sentAt'>[],
): Promise<void> {
  for (const { device, sentAt } of messages) {
    const id = { author: arrival.own.account, device, sentAt };
    const stored = await core.store.message(id);
    if (stored?.chat !== arrival.from || stored.direction !== 'out' || stored.state === 'delivered') continue;
    const { sequence: _, problem: __, ...message } = stored;
    work.change({ kind: 'put-message', message: { ...message, state: 'delivered' } });
    work.after(() => ({ event: 'message-state', message: id, chat: arrival.from, state: 'delivered' }));
  }
}
