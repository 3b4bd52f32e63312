import type { Hello } from '@sotto/local-api';

/**
 * What lets this tab in. The link that the program printed ends in `#t=<secret>`, which never leaves the
 * browser in a request. It is taken out of the address and the history at once; from the first answer on
 * the tab keeps its own session, which another tab does not see and which ends with the tab.
 */
const KEY = 'sotto.session';

/** Read and hide the secret of the link; else the session of this tab; else undefined. */
export function takePass(): Hello | undefined {
  const secret = /^#t=([A-Za-z0-9_-]{16,128})$/.exec(location.hash)?.[1];
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  if (secret !== undefined) return { secret };
  const session = sessionStorage.getItem(KEY);
  return session === null ? undefined : { session };
}

export function keepSession(session: string): void {
  sessionStorage.setItem(KEY, session);
}

export function forgetSession(): void {
  sessionStorage.removeItem(KEY);
}
