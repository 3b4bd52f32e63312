import type { Core } from '../core/core.ts';
import { forgetFilesIn, forgetFilesOf } from '../files/forget-files.ts';
import type { AccountKey, MessageId } from '../ports/store.ts';
import { tellRead } from './mark-read.ts';
import { takeBack } from './take-back.ts';

/** Forget one message here. One that waits is not carried any more. */
export function deleteMessage(
  core: Core,
  id: MessageId,
): Promise<{ readonly outcome: 'deleted' | 'unknown-message' }> {
  return core.unit(async (work) => {
    const message = await core.store.message(id);
    if (message === undefined) return { outcome: 'unknown-message' };
    const { chat } = message;
    if (message.direction === 'out') await takeBack(core, work, chat, id);
    await forgetFilesOf(core, work, id);
    work.change({ kind: 'delete-message', id });
    work.after(() => ({ event: 'item-gone', chat, message: id }));
    tellRead(core, work, chat);
    return { outcome: 'deleted' };
  });
}

/** Forget all messages of a chat here. The contact stays, and what is held until an earlier one has come. */
export function clearChat(
  core: Core,
  account: AccountKey,
): Promise<{ readonly outcome: 'cleared' | 'unknown-contact' }> {
  return core.unit(async (work) => {
    if ((await core.store.contact(account)) === undefined) return { outcome: 'unknown-contact' };
    await takeBack(core, work, account);
    await forgetFilesIn(core, work, account);
    work.change({ kind: 'clear-chat', chat: account });
    work.after(() => ({ event: 'item-gone', chat: account }));
    tellRead(core, work, account);
    return { outcome: 'cleared' };
  });
}
