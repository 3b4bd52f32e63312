import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { queueEntry } from '../outbox/queue-entry.ts';
import type { FailedText, StoredMessage } from '../ports/store.ts';
import { tellItem } from './tell-message.ts';

/** What was to be carried of a message that failed takes a place in the outbox again. */
export async function queueAgain(
  core: Core,
  work: Work,
  stored: StoredMessage,
  { content }: FailedText,
): Promise<void> {
  const { sequence: _, problem: __, road: ___, storedOn: ____, of: _____, ...message } = stored;
  work.change(
    { kind: 'delete-failed', message: message.id },
    { kind: 'put-message', message: { ...message, state: 'queued' } },
  );
  queueEntry(core, work, {
    kind: 'message',
    to: message.chat,
    message: message.id,
    content,
    // Not that of the message: how long it is tried counts from now.
    timestamp: core.clock.now(),
    urgent: true,
    order: (await core.store.lastOutboxOrder()) + 1,
  });
  work.after(() => ({ event: 'message-state', message: message.id, chat: message.chat, state: 'queued' }));
  tellItem(core, work, message.id);
}
