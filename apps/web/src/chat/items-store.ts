import { type ChatItemValue, LocalApiError, type LocalEvent, MAX_PAGE } from '@sotto/local-api';
import { create } from 'zustand';
import { loadChat, useChats } from '../state/chats-store.ts';
import { api, onEvent } from '../state/connection.ts';
import {
  appendPage,
  dropItem,
  type ItemWindow,
  openWindow,
  patchFile,
  patchState,
  prependPage,
  putItem,
  refreshWindow,
} from './merge-items.ts';

/** The chat that is open, as far as it is in memory. */
interface OpenChat {
  readonly account: string | undefined;
  /** Undefined until the first page is there. */
  readonly window: ItemWindow | undefined;
  /** Another number: another place in the chat, and nothing on screen goes on. */
  readonly generation: number;
  /** Sequence of the first item that was not read on opening. Stays until the chat is left. */
  readonly unreadFrom: number | undefined;
  /** Sequence that was jumped to. */
  readonly at: number | undefined;
  /** Incoming ones since the end was last on screen. */
  readonly arrived: number;
  /** Sequence of the last one that was sent from this page: it is to be seen. */
  readonly own: number | undefined;
  /** The last one that came in by itself. */
  readonly arrival: ChatItemValue | undefined;
  readonly failed: boolean;
}

const CLOSED: OpenChat = {
  account: undefined,
  window: undefined,
  generation: 0,
  unreadFrom: undefined,
  at: undefined,
  arrived: 0,
  own: undefined,
  arrival: undefined,
  failed: false,
};

export const useItems = create<OpenChat>(() => CLOSED);

let generation = 0;
let following = false;

/** Show a chat: its end, its first unread message, or the item with the sequence `at`. */
export async function openChat(account: string, at?: number): Promise<void> {
  if (!following) onEvent(apply);
  following = true;
  const mine = ++generation;
  const before = useItems.getState();
  const stays = before.account === account;
  useItems.setState(
    { ...CLOSED, account, generation: mine, unreadFrom: stays ? before.unreadFrom : undefined },
    true,
  );
  try {
    const chat = useChats.getState().byId.get(account) ?? (await loadChat(account));
    const page = await firstPage(account, at, chat.unread > 0 ? chat.read_through : undefined);
    if (mine !== generation) return;
    const unreadFrom =
      useItems.getState().unreadFrom ??
      (chat.unread > 0 ? firstUnread(page.items, chat.read_through) : undefined);
    useItems.setState({ window: openWindow(page), unreadFrom, at, failed: false });
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
    if (mine === generation) useItems.setState({ failed: true });
  }
}

async function firstPage(who: string, at: number | undefined, readThrough: number | undefined) {
  if (at !== undefined) return api().call('chats.read', { who, limit: MAX_PAGE, around: at });
  const newest = await api().call('chats.read', { who, limit: MAX_PAGE });
  const first = newest.items[0]?.sequence ?? 0;
  // What was not read begins above this page: begin there.
  if (readThrough === undefined || readThrough >= first || !newest.has_before) return newest;
  return api().call('chats.read', { who, limit: MAX_PAGE, around: readThrough });
}

function firstUnread(items: readonly ChatItemValue[], readThrough: number): number | undefined {
  return items.find((item) => item.sequence > readThrough && (item.kind === 'gap' || item.direction === 'in'))
    ?.sequence;
}

/** The chat is left: what was unread is not any more. */
export function closeChat(): void {
  generation += 1;
  useItems.setState(CLOSED, true);
}

let reading = false;

/** Read the page before or after what is here. Does nothing while it is under way. */
export async function readMore(direction: 'older' | 'newer'): Promise<void> {
  const { account: who, window, generation: mine } = useItems.getState();
  const edge = direction === 'older' ? window?.items[0] : window?.items.at(-1);
  const isThere = direction === 'older' ? window?.hasBefore : window?.hasAfter;
  if (reading || who === undefined || edge === undefined || !isThere) return;
  reading = true;
  try {
    const from = direction === 'older' ? { before: edge.sequence } : { after: edge.sequence };
    const page = await api().call('chats.read', { who, limit: MAX_PAGE, ...from });
    if (mine !== generation) return;
    change((now) =>
      direction === 'older'
        ? prependPage(now, { ...page, has_after: now.hasAfter })
        : appendPage(now, { ...page, has_before: now.hasBefore }),
    );
  } catch (error) {
    // Scrolling asks again.
    if (!(error instanceof LocalApiError)) throw error;
  } finally {
    reading = false;
  }
}

/** After there was no connection: what was missed. */
export async function refreshChat(): Promise<void> {
  const { account: who, generation: mine, failed } = useItems.getState();
  if (who === undefined) return;
  if (failed) return openChat(who);
  try {
    const page = await api().call('chats.read', { who, limit: MAX_PAGE });
    if (mine === generation) change((window) => refreshWindow(window, page));
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
  }
}

let expected = 0;

/** Something is being sent from here: its line is to be seen, wherever one was reading. */
export async function showOwn<Sent>(send: () => Promise<Sent>): Promise<Sent> {
  expected += 1;
  try {
    return await send();
  } finally {
    // Its line came before the answer, or never will.
    expected -= 1;
  }
}

/** The end is on screen: nothing new is out of sight. */
export function sawEnd(): void {
  if (useItems.getState().arrived > 0) useItems.setState({ arrived: 0 });
}

/** Take an item off the screen, or put it back. What is on disk is not touched. */
export function takeAway(id: string): void {
  change((window) => dropItem(window, id));
}
export function putBack(account: string, item: ChatItemValue): void {
  if (useItems.getState().account === account) change((window) => putItem(window, item));
}

function change(act: (window: ItemWindow) => ItemWindow): void {
  const { window } = useItems.getState();
  if (window === undefined) return;
  const next = act(window);
  if (next !== window) useItems.setState({ window: next });
}

function apply(event: LocalEvent): void {
  const { account } = useItems.getState();
  if (account === undefined) return;
  if (event.event === 'item' && event.account_id === account) arrive(event.item);
  else if (event.event === 'message-state' && event.chat === account) {
    change((window) => patchState(window, event));
  } else if (event.event === 'file' && event.account_id === account) {
    change((window) => patchFile(window, event));
  } else if (event.event === 'item-gone' && event.account_id === account) {
    const { id } = event;
    if (id === undefined) void openChat(account);
    else takeAway(id);
  }
}

function arrive(item: ChatItemValue): void {
  const { window, account, arrived, unreadFrom } = useItems.getState();
  if (window === undefined || account === undefined) return;
  const isNew = item.sequence > (window.items.at(-1)?.sequence ?? -1);
  const isOwn = item.kind === 'text' && item.direction === 'out';
  if (isNew && isOwn && expected > 0) {
    if (window.hasAfter) {
      void openChat(account);
      return;
    }
    useItems.setState({ own: item.sequence });
  }
  change((now) => putItem(now, item));
  if (!isNew || isOwn) return;
  const away = !document.hasFocus() || document.visibilityState !== 'visible';
  useItems.setState({
    arrival: item,
    arrived: arrived + 1,
    ...(away && unreadFrom === undefined ? { unreadFrom: item.sequence } : {}),
  });
}
