import type { ChatItemValue } from '@sotto/local-api';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { readMore, useItems } from './items-store.ts';

/** How near to the end counts as there, in pixels. */
const AT_END = 24;
/** From here on more is read, so that nobody runs into the end of what is in memory. */
const AHEAD = 2_000;

interface Scroll {
  /** The last line that is in memory is on screen. */
  readonly isAtEnd: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/**
 * Where a chat stands on screen. It opens at what was looked for, at the first unread message or at its
 * end; it follows its end while that is seen; and nothing else moves it. What comes above is the browser's
 * to make up for (`overflow-anchor`), but for the very top, where browsers do not.
 */
export function useScroll(
  scroller: RefObject<HTMLElement | null>,
  items: readonly ChatItemValue[],
  hasAfter: boolean,
): Scroll {
  const { at, unreadFrom, own } = useItems();
  const [start] = useState({ at, unreadFrom, hasAfter });
  const [isAtEnd, setAtEnd] = useState(false);
  /** Whether the end is to stay on screen. */
  const follows = useRef(false);
  const first = useRef(items[0]?.sequence);
  const view = useRef('');

  const toEnd = useCallback(() => {
    if (scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [scroller]);
  const onScroll = useCallback(() => {
    const { current: list } = scroller;
    if (list === null || list.clientHeight === 0) return;
    const size = `${list.clientWidth} ${list.clientHeight}`;
    const resized = view.current !== size;
    view.current = size;
    // A window of another size scrolls, and nobody has.
    if (resized && follows.current) toEnd();
    const left = list.scrollHeight - list.scrollTop - list.clientHeight;
    setAtEnd(left <= AT_END);
    follows.current = left <= AT_END && !hasAfter;
    if (list.scrollTop < AHEAD) void readMore('older');
    else if (left < AHEAD) void readMore('newer');
  }, [scroller, hasAfter, toEnd]);

  // Before the first picture.
  useLayoutEffect(() => {
    const row = (sequence: number | undefined) =>
      scroller.current?.querySelector(`[data-sequence="${sequence}"]`) ?? undefined;
    const found = row(start.at);
    const unread = row(start.unreadFrom);
    if (found !== undefined) found.scrollIntoView({ block: 'center' });
    else if (unread !== undefined) unread.scrollIntoView({ block: 'start' });
    else {
      follows.current = !start.hasAfter;
      toEnd();
    }
  }, [start, scroller, toEnd]);
  useLayoutEffect(() => {
    const before = first.current;
    first.current = items[0]?.sequence;
    const { current: list } = scroller;
    if (list !== null && list.scrollTop < 1 && before !== undefined && before !== first.current) {
      const row = list.querySelector<HTMLElement>(`[data-sequence="${before}"]`);
      if (row !== null) list.scrollTop = row.offsetTop;
    }
  }, [items, scroller]);
  useEffect(() => {
    // More may be needed to fill the screen, or to scroll on.
    if (items.length > 0) onScroll();
  }, [items, onScroll]);
  useEffect(() => {
    if (own === undefined) return;
    follows.current = true;
    toEnd();
  }, [own, toEnd]);
  useEffect(() => {
    const { current: list } = scroller;
    const content = list?.firstElementChild;
    if (!list || !content) return;
    // Lines grow, and so does the composer below.
    const watch = new ResizeObserver(() => {
      if (follows.current) toEnd();
    });
    watch.observe(list);
    watch.observe(content);
    return () => watch.disconnect();
  }, [scroller, toEnd]);
  return { isAtEnd, onScroll, toEnd };
}
