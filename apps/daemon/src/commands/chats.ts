import type { ChatView, Client } from '@sotto/client';
import { type ChatValue, type Handlers, LocalApiError, type Params, type Result } from '@sotto/local-api';
import { chatValue, itemValue } from '../chat-values.ts';
import { filesOf } from '../file-values.ts';
import { findContact } from '../find-contact.ts';
import { fitPage } from '../fit-page.ts';
import type { Owned } from '../owned.ts';
import { unknownContact } from '../refusals.ts';

type ChatCommands = Pick<Handlers, Extract<keyof Handlers, `chats.${string}`>>;

export function chatCommands({ client }: Owned): ChatCommands {
  return {
    'chats.list': async (page) => {
      const { chats, next = null } = await client.chats(page);
      const values = await Promise.all(chats.map((chat) => viewOf(client, chat)));
      const { to } = fitPage(values, 0);
      return to < values.length
        ? { chats: values.slice(0, to), next: (page.from ?? 0) + to }
        : { chats: values, next };
    },
    'chats.show': async ({ who }) => {
      const chat = await client.chat(await findContact(client, who));
      if (chat === undefined) throw unknownContact();
      return viewOf(client, chat);
    },
    'chats.read': async ({ who, ...page }) => readPage(client, await findContact(client, who), page),
    'chats.mark': async ({ who, through }) => {
      const marked = await client.markRead(await findContact(client, who), through);
      if (marked.outcome === 'unknown-contact') throw unknownContact();
      return viewOf(client, marked.chat);
    },
    'chats.draft': async ({ who, text }) => {
      const kept = await client.keepDraft(await findContact(client, who), text);
      if (kept.outcome === 'unknown-contact') throw unknownContact();
      if (kept.outcome === 'too-long') {
        throw new LocalApiError('bad-message', `a draft takes ${kept.limit} characters`);
      }
      return {};
    },
    'chats.typing': async ({ who, typing }) => {
      await client.tellTyping(await findContact(client, who), typing);
      return {};
    },
    'chats.clear': async ({ who }) => {
      const { outcome } = await client.clearChat(await findContact(client, who));
      if (outcome === 'unknown-contact') throw unknownContact();
      return {};
    },
  };
}

async function viewOf(client: Client, chat: ChatView): Promise<ChatValue> {
  return chatValue(chat, chat.last === undefined ? [] : await filesOf(client, chat.last));
}

async function readPage(
  client: Client,
  account: string,
  page: Omit<Params<'chats.read'>, 'who'>,
): Promise<Result<'chats.read'>> {
  const { items: messages, hasBefore, hasAfter } = await client.chatPage(account, page);
  const items = await Promise.all(
    messages.map(async (message) => itemValue(message, await filesOf(client, message))),
  );
  const { from, to } = fitPage(items, anchorOf(items, page));
  return {
    items: items.slice(from, to),
    has_before: hasBefore || from > 0,
    has_after: hasAfter || to < items.length,
  };
}

/** The one that must not be missing: next to where the page begins, or the one in its middle. */
function anchorOf(
  items: readonly { readonly sequence: number }[],
  { before, after, around }: Omit<Params<'chats.read'>, 'who'>,
): number {
  if (before === undefined && after !== undefined) return 0;
  const last = Math.max(0, items.length - 1);
  if (before !== undefined || around === undefined) return last;
  const found = items.findIndex(({ sequence }) => sequence >= around);
  return found < 0 ? last : found;
}
