import { useSyncExternalStore } from 'react';

/** Somebody can see the page now: its window has the focus and is not hidden. */
export function isAttended(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

function follow(changed: () => void): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  addEventListener('focus', changed, { signal });
  addEventListener('blur', changed, { signal });
  document.addEventListener('visibilitychange', changed, { signal });
  return () => ending.abort();
}

export function useAttention(): boolean {
  return useSyncExternalStore(follow, isAttended);
}
