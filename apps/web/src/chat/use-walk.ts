import type { ChatItemValue } from '@sotto/local-api';
import { type FocusEvent, type KeyboardEvent, type RefObject, useCallback, useState } from 'react';

interface Walk {
  /** Sequence of the message that Tab reaches. */
  readonly stop: number | undefined;
  readonly take: (event: KeyboardEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
  /** Puts the focus on a message, after what had it is gone. */
  readonly focus: (sequence: number) => void;
}

const PAGE = 8;

/** Arrow keys from message to message; the newest one is where Tab comes in. */
export function useWalk(items: readonly ChatItemValue[], scroller: RefObject<HTMLElement | null>): Walk {
  const [focused, setFocused] = useState<number>();
  const known = focused !== undefined && items.some(({ sequence }) => sequence === focused);
  const stop = known ? focused : items.at(-1)?.sequence;
  const take = (event: KeyboardEvent) => {
    const isMessage = event.target instanceof HTMLElement && event.target.hasAttribute('data-item');
    if (!isMessage || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = items.findIndex(({ sequence }) => sequence === stop);
    const to: Readonly<Record<string, number>> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      PageUp: at - PAGE,
      PageDown: at + PAGE,
      Home: 0,
      End: items.length - 1,
    };
    const wanted = to[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const sequence = items[Math.min(Math.max(0, wanted), items.length - 1)]?.sequence;
    if (sequence !== undefined) focusItem(scroller.current, sequence);
  };
  const onFocus = ({ target }: FocusEvent) => {
    const row = target.closest('[data-sequence]');
    if (row !== null) setFocused(Number(row.getAttribute('data-sequence')));
  };
  const focus = useCallback(
    (sequence: number) => requestAnimationFrame(() => focusItem(scroller.current, sequence)),
    [scroller],
  );
  return { stop, take, onFocus, focus };
}

function focusItem(scroller: HTMLElement | null, sequence: number): void {
  scroller?.querySelector<HTMLElement>(`[data-sequence="${sequence}"] [data-item]`)?.focus();
}
