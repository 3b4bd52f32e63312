import type { ChatItemValue, LocalEvent } from '@sotto/local-api';

/** The part of a chat that is in memory: without holes, oldest first. */
export interface ItemWindow {
  readonly items: readonly ChatItemValue[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/**
 * What is kept in memory, and on screen as far as one can scroll. More costs time with every change, less
 * means reading again while scrolling. Four pages: the one that is seen, and what comes before and after.
 */
export const MAX_ITEMS = 400;

interface Page {
  readonly items: readonly ChatItemValue[];
  readonly has_before: boolean;
  readonly has_after: boolean;
}

export function openWindow(page: Page): ItemWindow {
  return {
    items: page.items,
    hasBefore: page.has_before,
    hasAfter: page.has_after,
  };
}

/** Put an older page in front; what is too much falls off the new end. */
export function prependPage(window: ItemWindow, page: Page): ItemWindow {
  const first = window.items[0]?.sequence ?? Number.POSITIVE_INFINITY;
  const older = page.items.filter(({ sequence }) => sequence < first);
  const items = [...older, ...window.items];
  return {
    items: items.slice(0, MAX_ITEMS),
    hasBefore: page.has_before,
    hasAfter: window.hasAfter || items.length > MAX_ITEMS,
  };
}

/** Put a newer page behind; what is too much falls off the old end. */
export function appendPage(window: ItemWindow, page: Page): ItemWindow {
  const last = window.items.at(-1)?.sequence ?? -1;
  const newer = page.items.filter(({ sequence }) => sequence > last);
  const items = [...window.items, ...newer];
  const dropped = Math.max(0, items.length - MAX_ITEMS);
  return {
    items: dropped > 0 ? items.slice(dropped) : items,
    hasBefore: window.hasBefore || dropped > 0,
    hasAfter: page.has_after,
  };
}

/**
 * An item that came or changed. One that is known is replaced where it stands, a new one goes to the end
 * of a window that reaches it; any other is read when it is scrolled to.
 */
export function putItem(window: ItemWindow, item: ChatItemValue): ItemWindow {
  const { items } = window;
  // A new attempt of a failed message has another ID in the same place.
  const known = items.findLastIndex(({ id, sequence }) => id === item.id || sequence === item.sequence);
  if (known >= 0) {
    const next = [...items];
    next[known] = item;
    return { ...window, items: next };
  }
  const last = items.at(-1);
  if (last === undefined || item.sequence > last.sequence) {
    if (window.hasAfter) return window;
    return appendPage(window, { items: [item], has_before: false, has_after: false });
  }
  const first = items[0];
  if (first !== undefined && item.sequence < first.sequence) {
    if (window.hasBefore) return window;
    return { ...window, items: [item, ...items] };
  }
  const at = items.findIndex(({ sequence }) => sequence > item.sequence);
  return { ...window, items: [...items.slice(0, at), item, ...items.slice(at)] };
}

/** Bring what was missed while there was no connection: the newest page as it is now. */
export function refreshWindow(window: ItemWindow, page: Page): ItemWindow {
  const last = window.items.at(-1)?.sequence ?? -1;
  const first = page.items[0]?.sequence;
  if (window.hasAfter) return window;
  // More came than one page holds, or everything is gone: the window begins anew.
  if (first === undefined || (page.has_before && first > last)) return openWindow(page);
  const kept = window.items.filter(({ sequence }) => sequence < first);
  return appendPage({ ...window, items: kept, hasBefore: kept.length > 0 && window.hasBefore }, page);
}

export function dropItem(window: ItemWindow, id: string): ItemWindow {
  const items = window.items.filter((item) => item.id !== id);
  return items.length === window.items.length ? window : { ...window, items };
}

type StateEvent = Extract<LocalEvent, { event: 'message-state' }>;

/** What became of a message. Facts that the event does not name are over. */
export function patchState(window: ItemWindow, event: StateEvent): ItemWindow {
  const at = window.items.findLastIndex(({ id }) => id === event.id);
  const item = window.items[at];
  if (item?.kind !== 'text') return window;
  const { stored_on: _on, of: _of, problem: _problem, problem_code: _code, ...kept } = item;
  const { event: _event, id: _id, chat: _chat, ...facts } = event;
  const items = [...window.items];
  items[at] = { ...kept, ...facts };
  return { ...window, items };
}

type FileEvent = Extract<LocalEvent, { event: 'file' }>;

/** How far a file of a message has come. */
export function patchFile(window: ItemWindow, event: FileEvent): ItemWindow {
  const at = window.items.findLastIndex(({ id }) => id === event.id);
  const item = window.items[at];
  if (item?.kind !== 'text' || item.files === undefined) return window;
  const items = [...window.items];
  items[at] = { ...item, files: item.files.map((file) => (file.id === event.file.id ? event.file : file)) };
  return { ...window, items };
}
