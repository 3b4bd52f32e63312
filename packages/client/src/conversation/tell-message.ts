import type { ClientEvent } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Contact, MessageId, StoredMessage } from '../ports/store.ts';

/** Announce a new incoming row once it is on disk, with the place it got in the order of arrival. */
export function tellMessage(core: Core, work: Work, id: MessageId, from: Contact | undefined): void {
  let message: StoredMessage | undefined;
  work.after(async () => {
    message = await core.store.message(id);
    if (message === undefined) return undefined;
    const fromName = from?.nickname ?? from?.name;
    return { event: 'message', message, ...(fromName === undefined ? {} : { fromName }) };
  });
  work.after(async () => itemEvent(message ?? (await core.store.message(id))));
}

/** Announce a line of a chat, incoming or own, that is new or has changed in more than its state. */
export function tellItem(core: Core, work: Work, id: MessageId): void {
  work.after(async () => itemEvent(await core.store.message(id)));
}

function itemEvent(message: StoredMessage | undefined): ClientEvent | undefined {
  return message === undefined ? undefined : { event: 'item', message };
}
