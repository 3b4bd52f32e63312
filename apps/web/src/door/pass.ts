import type { Admitted, Hello } from '@sotto/local-api';

/**
 * What lets this tab in. The link that the program printed ends in `#t=<secret>`, which never leaves the
 * browser in a request. It is taken out of the address and the history at once; from the first answer on
 * the tab keeps its own session, which another tab does not see and which ends with the tab.
 */
const SESSION = 'sotto.session';
const PROOF = 'sotto.proof';

export interface Pass {
  readonly shown: Hello;
  /** What the program answers to this session. When it has ended, somebody else may listen at its address. */
  readonly proof?: string;
}

/** Read and hide the secret of the link; else the session of this tab; else undefined. */
export function takePass(): Pass | undefined {
  const secret = /^#t=([A-Za-z0-9_-]{16,128})$/.exec(location.hash)?.[1];
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  if (secret !== undefined) return { shown: { secret } };
  const session = sessionStorage.getItem(SESSION);
  const proof = sessionStorage.getItem(PROOF);
  return session === null || proof === null ? undefined : { shown: { session }, proof };
}

/** The pass of this tab from now on. */
export function keepPass({ session, proof }: Admitted): Pass {
  sessionStorage.setItem(SESSION, session);
  sessionStorage.setItem(PROOF, proof);
  return { shown: { session }, proof };
}

export function forgetPass(): void {
  sessionStorage.removeItem(SESSION);
  sessionStorage.removeItem(PROOF);
}
