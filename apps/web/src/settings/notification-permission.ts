import { useSyncExternalStore } from 'react';

/** What this browser lets a page do; `unsupported` where it has no notifications at all. */
export type Permission = NotificationPermission | 'unsupported';

function read(): Permission {
  return 'Notification' in window ? Notification.permission : 'unsupported';
}

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

function follow(changed: () => void): () => void {
  listeners.add(changed);
  const ending = new AbortController();
  // Told where the browser can; whoever comes back from its settings looks again in any case.
  addEventListener('focus', changed, { signal: ending.signal });
  navigator.permissions?.query({ name: 'notifications' }).then(
    (status) => status.addEventListener('change', changed, { signal: ending.signal }),
    () => undefined,
  );
  return () => {
    listeners.delete(changed);
    ending.abort();
  };
}

export function useNotificationPermission(): Permission {
  return useSyncExternalStore(follow, read);
}

/** Ask the person through the browser, if they have not decided yet. */
export async function askForNotifications(): Promise<void> {
  if (read() !== 'default') return;
  await Notification.requestPermission();
  tell();
}
