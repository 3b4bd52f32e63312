import type { ChatPage, ChatPageRequest } from '../client-chat-types.ts';
import { MAX_PAGE } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey } from '../ports/store.ts';

/** Lines of a chat, oldest first. One more than fits is read on each side, to know whether there is more. */
export async function readPage(core: Core, chat: AccountKey, request: ChatPageRequest): Promise<ChatPage> {
  const limit = Math.max(1, Math.min(request.limit, MAX_PAGE));
  const { before, after, around } = request;
  if (before !== undefined) return readBefore(core, chat, before, limit);
  if (after !== undefined) return readAfter(core, chat, after, limit);
  return around === undefined
    ? readBefore(core, chat, Number.MAX_SAFE_INTEGER, limit)
    : readAround(core, chat, around, limit);
}

async function readBefore(core: Core, chat: AccountKey, before: number, limit: number): Promise<ChatPage> {
  const older = await core.store.messages(chat, { before, limit: limit + 1 });
  const newer = await core.store.messagesAfter(chat, { after: before - 1, limit: 1 });
  return {
    items: older.slice(0, limit).toReversed(),
    hasBefore: older.length > limit,
    hasAfter: newer.length > 0,
  };
}

async function readAfter(core: Core, chat: AccountKey, after: number, limit: number): Promise<ChatPage> {
  const newer = await core.store.messagesAfter(chat, { after, limit: limit + 1 });
  const older = await core.store.messages(chat, { before: after + 1, limit: 1 });
  return { items: newer.slice(0, limit), hasBefore: older.length > 0, hasAfter: newer.length > limit };
}

/** Where one side has too few, the other side gives more. */
async function readAround(core: Core, chat: AccountKey, around: number, limit: number): Promise<ChatPage> {
  const older = await core.store.messages(chat, { before: around + 1, limit: limit + 1 });
  const newer = await core.store.messagesAfter(chat, { after: around, limit: limit + 1 });
  const half = Math.floor((limit - 1) / 2);
  const past = Math.min(older.length, limit - Math.min(newer.length, half));
  const future = Math.min(newer.length, limit - past);
  return {
    items: [...older.slice(0, past).toReversed(), ...newer.slice(0, future)],
    hasBefore: older.length > past,
    hasAfter: newer.length > future,
  };
}
