import type { ChatsPage, ChatView } from '../client-chat-types.ts';
import { MAX_PAGE } from '../constants.ts';
import { viewContact } from '../contacts/view-contact.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey, Chat } from '../ports/store.ts';

export function viewChat({ contact, ...chat }: Chat): ChatView {
  return { contact: viewContact(contact), ...chat };
}

export async function listChats(
  core: Core,
  page: { readonly from?: number; readonly limit: number },
): Promise<ChatsPage> {
  const from = Math.max(0, page.from ?? 0);
  const limit = Math.max(1, Math.min(page.limit, MAX_PAGE));
  const chats = await core.store.chats({ from, limit: limit + 1 });
  const more = chats.length > limit;
  return { chats: chats.slice(0, limit).map(viewChat), ...(more ? { next: from + limit } : {}) };
}

export async function showChat(core: Core, account: AccountKey): Promise<ChatView | undefined> {
  const chat = await core.store.chat(account);
  return chat && viewChat(chat);
}
