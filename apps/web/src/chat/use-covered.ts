import { useSyncExternalStore } from 'react';

/** The width below which a contact's details lie over the chat; the same as in `contact-details.module.css`. */
const narrow = matchMedia('(max-width: 1099px)');

function follow(changed: () => void): () => void {
  narrow.addEventListener('change', changed);
  return () => narrow.removeEventListener('change', changed);
}

/** Whether what lies beside a chat covers it. */
export function useCovered(): boolean {
  return useSyncExternalStore(follow, () => narrow.matches);
}
