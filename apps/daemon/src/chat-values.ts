import { type ChatView, type FoundMessage, formatMessageId, type StoredMessage } from '@sotto/client';
import type { ChatItemValue, ChatValue, FileValue, FoundValue, SentValue } from '@sotto/local-api';
import { problemValue } from './problem-values.ts';
import { contactValue } from './to-values.ts';

/** Chats and their lines, in the words of the local API. */

/** What a row of a list can show, in characters. */
const SNIPPET = 200;

/** `files`: of this message. */
export function itemValue(message: StoredMessage, files: readonly FileValue[] = []): ChatItemValue {
  const shared = { sequence: message.sequence, id: formatMessageId(message.id) };
  const receivedAt = message.receivedAt ?? message.id.sentAt;
  // A gap notice carries how many are missing as its text.
  if (message.kind === 'gap') {
    return {
      kind: 'gap',
      ...shared,
      missing: Number.parseInt(message.text, 10) || 0,
      received_at: receivedAt,
    };
  }
  return {
    kind: 'text',
    ...shared,
    direction: message.direction,
    text: message.text,
    request: message.request,
    ...stateOf(message),
    ...(message.receivedAt === undefined ? {} : { received_at: message.receivedAt }),
    ...(files.length === 0 ? {} : { files: [...files] }),
  };
}

export function chatValue(chat: ChatView, files: readonly FileValue[] = []): ChatValue {
  return {
    contact: contactValue(chat.contact),
    last: chat.last === undefined ? null : snippetOf(itemValue(chat.last, files)),
    unread: chat.unread,
    read_through: chat.readThrough,
    draft: chat.draft ?? null,
    active_at: chat.activeAt,
  };
}

export function foundValue(
  { message, chatName, matches }: FoundMessage,
  files: readonly FileValue[],
): FoundValue {
  return {
    account_id: message.chat,
    name: chatName ?? null,
    item: itemValue(message, files),
    matches: matches.map(([from, to]) => [from, to]),
  };
}

export function sentValue(message: StoredMessage): SentValue {
  return { id: formatMessageId(message.id), to: message.chat, ...stateOf(message) };
}

function stateOf(message: StoredMessage) {
  const { state, road, storedOn, of, id } = message;
  return {
    state,
    road: road ?? null,
    ...(storedOn === undefined ? {} : { stored_on: storedOn }),
    ...(of === undefined ? {} : { of }),
    sent_at: id.sentAt,
    ...problemValue(message),
  };
}

/** Cut between characters, never within one. */
function snippetOf(item: ChatItemValue): ChatItemValue {
  if (item.kind !== 'text' || item.text.length <= SNIPPET) return item;
  return { ...item, text: [...item.text.slice(0, 2 * SNIPPET)].slice(0, SNIPPET).join('') };
}
