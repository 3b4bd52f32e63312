import { useSyncExternalStore } from 'react';

/** The width from which list and page stand side by side; the same as in `shell.module.css`. */
const wide = matchMedia('(min-width: 720px)');

function follow(changed: () => void): () => void {
  wide.addEventListener('change', changed);
  return () => wide.removeEventListener('change', changed);
}

/** Whether two columns fit. */
export function useWide(): boolean {
  return useSyncExternalStore(follow, () => wide.matches);
}
