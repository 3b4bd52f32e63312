import { LocalApiError } from '@sotto/local-api';
import { connectOwner, type Welcome } from './connect-owner.ts';
import type { Log } from './log.ts';
import { canonicalProfile } from './profile-folder.ts';
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

async function refuseSecondOwner(socket: string): Promise<void> {
  let owner: Welcome | undefined;
  const api = await connectOwner(socket, (welcome) => {
    owner = welcome;
  });
  if (api === undefined) return;
  api.close();
  throw inUse(owner);
}

function inUse(owner: Welcome | undefined): LocalApiError {
  if (owner?.daemon === false) {
    return new LocalApiError(
      'profile-in-use',
      `profile in use: another command (process ${owner.pid}) owns it while it runs`,
      'start the daemon when that command has ended; `sotto receive --follow` ends on SIGTERM',
    );
  }
  return new LocalApiError(
    'profile-in-use',
    owner === undefined
      ? 'profile in use: another process owns it'
      : `profile in use: a daemon (process ${owner.pid}) owns it`,
    'commands attach to it by themselves; end it with SIGTERM to start another',
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
