import type { Log } from './log.ts';
import { canonicalProfile } from './profile-folder.ts';
import { refuseSecondOwner } from './refuse-second-owner.ts';
import { socketPath } from './socket-path.ts';

export interface DaemonRequest {
  readonly profile: string;
  readonly passphraseFile?: string;
  /** Everything is dialled through it. */
  readonly proxy?: string;
  /** Aborted to end: what is being committed is finished, roads and store are closed. */
  readonly signal: AbortSignal;
  readonly onReady: (ready: { readonly profile: string; readonly socket: string }) => Promise<void>;
  readonly log: Log;
}

/** Own a profile until told to end or until its account is deleted. Throws LocalApiError `profile-in-use`. */
export async function runDaemon(request: DaemonRequest): Promise<void> {
  const profile = await canonicalProfile(request.profile);
  const socket = socketPath(profile);
  await refuseSecondOwner(socket);
  const { openOwner } = await import('./open-owner.ts');
  const owner = await openOwner({ ...request, profile, socket, daemon: true });
  try {
    await owner.openRoads();
    await request.onReady({ profile, socket });
    await Promise.race([owner.retired, aborted(request.signal)]);
  } finally {
    await owner.close({ now: AbortSignal.abort() });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
