import { readPreferences } from '../chats/preferences.ts';
import { stateEvent } from '../conversation/tell-state.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Message, MessageId, ReceiptKind } from '../ports/store.ts';
import type { Arrival } from './arrival.ts';

/**
 * Receipts: our messages in this chat have arrived, or were read, which is shown only where we would say so
 * too. Others, or none of ours, change nothing, and what was read stays read.
 */
export async function handleReceipt(
  core: Core,
  work: Work,
  arrival: Arrival,
  said: {
    readonly receipt: ReceiptKind;
    readonly messages: readonly Pick<MessageId, 'device' | 'sentAt'>[];
  },
): Promise<void> {
  const isRead = said.receipt === 'read' && (await readPreferences(core)).readReceipts;
  const state = isRead ? 'read' : 'delivered';
  for (const { device, sentAt } of said.messages) {
    const id = { author: arrival.own.account, device, sentAt };
    const stored = await core.store.message(id);
    if (stored?.chat !== arrival.from || stored.direction !== 'out') continue;
    if (stored.state === 'read' || stored.state === state) continue;
    const { sequence: _, problem: __, ...before } = stored;
    const message: Message = { ...before, state };
    work.change({ kind: 'put-message', message }, { kind: 'delete-failed', message: id });
    work.after(() => stateEvent(message));
  }
}
