import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Contact, MessageId } from '../ports/store.ts';

/** Announce a new incoming row once it is on disk, with the place it got in the order of arrival. */
export function tellMessage(core: Core, work: Work, id: MessageId, from: Contact | undefined): void {
  work.after(async () => {
    const message = await core.store.message(id);
    if (message === undefined) return undefined;
    const fromName = from?.nickname ?? from?.name;
    return { event: 'message', message, ...(fromName === undefined ? {} : { fromName }) };
  });
  tellItem(core, work, id);
}

/** Announce a line of a chat, incoming or own, that is new or has changed in more than its state. */
export function tellItem(core: Core, work: Work, id: MessageId): void {
  work.after(async () => {
    const message = await core.store.message(id);
    return message === undefined ? undefined : { event: 'item', message };
  });
}
