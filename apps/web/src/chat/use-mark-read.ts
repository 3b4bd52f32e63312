import { type RefObject, useCallback, useEffect, useRef } from 'react';
import { useAttention } from '../notify/attention.ts';
import { putChat, useChats } from '../state/chats-store.ts';
import { api } from '../state/connection.ts';

/** Something has to stand still for so long to have been seen. */
const SEEN_MS = 300;
/** How much of a message that is taller than the screen has to be on it, in pixels. */
const ENOUGH = 48;

/** Marks what is on screen as read, while somebody looks. The returned function is called as it moves. */
export function useMarkRead(
  account: string,
  scroller: RefObject<HTMLElement | null>,
  newest: number | undefined,
): () => void {
  const attended = useAttention();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const look = useCallback(() => {
    clearTimeout(timer.current);
    if (!attended) return;
    timer.current = setTimeout(() => {
      const through = scroller.current === null ? undefined : lastOnScreen(scroller.current);
      const chat = useChats.getState().byId.get(account);
      if (through === undefined || chat === undefined || through <= chat.read_through) return;
      api()
        .call('chats.mark', { who: account, through })
        .then(putChat, () => undefined);
    }, SEEN_MS);
  }, [account, attended, scroller]);
  useEffect(() => {
    if (newest !== undefined) look();
  }, [newest, look]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return look;
}

/** Sequence of the last message of which enough is on screen. */
function lastOnScreen(scroller: HTMLElement): number | undefined {
  const { bottom, height } = scroller.getBoundingClientRect();
  if (height === 0) return undefined;
  const rows = [...scroller.querySelectorAll<HTMLElement>('[data-sequence]')];
  const seen = rows.findLast((row) => {
    const rect = row.getBoundingClientRect();
    return rect.bottom <= bottom + 1 || rect.top + ENOUGH < bottom;
  });
  return seen === undefined ? undefined : Number(seen.dataset['sequence']);
}
