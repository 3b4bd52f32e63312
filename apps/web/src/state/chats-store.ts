import {
  type ChatItemValue,
  type ChatValue,
  type LocalApi,
  LocalApiError,
  type LocalEvent,
  MAX_PAGE,
} from '@sotto/local-api';
import { create } from 'zustand';
import { api, onEvent } from './connection.ts';

/** All chats, requests and blocked contacts too, by account ID. */
interface Chats {
  readonly byId: ReadonlyMap<string, ChatValue>;
  /** By activity, newest first. */
  readonly order: readonly string[];
  /** Who types now. */
  readonly typing: ReadonlySet<string>;
  readonly loaded: boolean;
}

const NONE: Chats = { byId: new Map(), order: [], typing: new Set(), loaded: false };

export const useChats = create<Chats>(() => NONE);

/** A locked page, and one without an account, has nothing of chats left in memory. */
export function forgetChats(): void {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  useChats.setState(NONE, true);
}

/** For each list that is being read: whom events told of meanwhile. */
const readings = new Set<Set<string>>();

/** Read the whole list, page by page, and what has changed since a page was read once more. */
export async function loadChats(opened: LocalApi): Promise<void> {
  const changed = new Set<string>();
  readings.add(changed);
  try {
    const byId = await readList(opened);
    useChats.setState({ byId, order: orderOf(byId), typing: new Set(), loaded: true });
  } finally {
    readings.delete(changed);
  }
  await Promise.all([...changed].map(loadAgain));
}

async function readList(opened: LocalApi): Promise<Map<string, ChatValue>> {
  const byId = new Map<string, ChatValue>();
  for (let from: number | null = 0; from !== null; ) {
    const page: { chats: ChatValue[]; next: number | null } = await opened.call('chats.list', {
      from,
      limit: MAX_PAGE,
    });
    for (const chat of page.chats) byId.set(chat.contact.account_id, chat);
    from = page.next;
  }
  return byId;
}

async function loadAgain(account: string): Promise<void> {
  try {
    await loadChat(account);
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
    if (error.code === 'unknown-contact') change(account, (byId) => byId.delete(account));
  }
}

/** Read one chat again: after it was made, or when an event tells less than the row shows. */
export async function loadChat(account: string): Promise<ChatValue> {
  const chat = await api().call('chats.show', { who: account });
  putChat(chat);
  return chat;
}

export function putChat(chat: ChatValue): void {
  const { account_id: account } = chat.contact;
  change(account, (byId) => byId.set(account, chat));
}

/** What was typed is kept with the profile; the row shows it at once. */
export async function keepDraft(account: string, text: string): Promise<void> {
  const chat = useChats.getState().byId.get(account);
  if (chat !== undefined) putChat({ ...chat, draft: text === '' ? null : text });
  await api().call('chats.draft', { who: account, text });
}

/** Follow what happens to chats. Once per page. */
export function followChats(): void {
  onEvent((event) => hearOfChats(event));
}

export function hearOfChats(event: LocalEvent): void {
  if ('account_id' in event) noteChange(event.account_id);
  switch (event.event) {
    case 'item':
      // The count of unread ones is the owner's to make.
      void loadChat(event.account_id).catch(() => undefined);
      if (event.item.kind === 'text' && event.item.direction === 'in') setTyping(event.account_id, false);
      return;
    case 'item-gone':
    case 'request':
      void loadChat(event.account_id).catch(() => undefined);
      return;
    case 'message-state':
      noteChange(event.chat);
      patchLast(event.chat, (last) =>
        last.kind === 'text' && last.id === event.id
          ? { ...last, state: event.state, road: event.road }
          : last,
      );
      return;
    case 'chat-read': {
      const chat = useChats.getState().byId.get(event.account_id);
      if (chat !== undefined) putChat({ ...chat, unread: event.unread, read_through: event.read_through });
      return;
    }
    case 'contact': {
      const { contact } = event;
      const chat = useChats.getState().byId.get(event.account_id);
      if (contact === null) change(event.account_id, (byId) => byId.delete(event.account_id));
      else if (chat === undefined) void loadChat(event.account_id).catch(() => undefined);
      else putChat({ ...chat, contact });
      return;
    }
    case 'typing':
      setTyping(event.account_id, event.typing);
      return;
    default:
      return;
  }
}

function patchLast(account: string, patch: (last: ChatItemValue) => ChatItemValue): void {
  const chat = useChats.getState().byId.get(account);
  if (chat?.last) putChat({ ...chat, last: patch(chat.last) });
}

/** A sign that came and was not followed by another is over after this. */
const TYPING_MS = 15_000;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

function setTyping(account: string, types: boolean): void {
  clearTimeout(timers.get(account));
  timers.delete(account);
  const typing = new Set(useChats.getState().typing);
  if (types) {
    typing.add(account);
    timers.set(
      account,
      setTimeout(() => setTyping(account, false), TYPING_MS),
    );
  } else if (!typing.delete(account)) return;
  useChats.setState({ typing });
}

function change(account: string, act: (byId: Map<string, ChatValue>) => unknown): void {
  noteChange(account);
  const byId = new Map(useChats.getState().byId);
  act(byId);
  useChats.setState({ byId, order: orderOf(byId) });
}

function orderOf(byId: ReadonlyMap<string, ChatValue>): readonly string[] {
  return [...byId.values()]
    .sort((one, other) => other.active_at - one.active_at)
    .map(({ contact }) => contact.account_id);
}

function noteChange(account: string): void {
  for (const changed of readings) changed.add(account);
}
