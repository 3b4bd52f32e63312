import { LocalApiError } from '@sotto/local-api';
import { connectOwner, type Welcome } from './connect-owner.ts';

/** Throws LocalApiError `profile-in-use`, with who it is, when somebody listens at the socket of a profile. */
export async function refuseSecondOwner(socket: string): Promise<void> {
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
      'start again when that command has ended; `sotto receive --follow` ends on SIGTERM',
    );
  }
  return new LocalApiError(
    'profile-in-use',
    owner === undefined
      ? 'profile in use: another process owns it'
      : `profile in use: an app or a daemon (process ${owner.pid}) owns it`,
    'commands attach to it by themselves; end it with SIGTERM to start another',
  );
}
