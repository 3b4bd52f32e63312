import { COMMAND_NAMES, type Handlers, LocalApiError } from '@sotto/local-api';
import { Connections, type OwnerFacts } from '../connections.ts';
import { listen } from '../listen.ts';
import type { Log } from '../log.ts';
import { socketChannel } from '../socket-channel.ts';

/** Answers at the socket of a profile whose store is not open yet. */
export interface LockedOwner {
  close(): Promise<void>;
}

/**
 * Commands that attach meanwhile get words instead of a profile that seems to belong to nobody. The socket
 * alone keeps a second app out until the store is open, which then does.
 */
export async function openLockedOwner(socket: string, facts: OwnerFacts, log: Log): Promise<LockedOwner> {
  const handlers = Object.fromEntries(
    COMMAND_NAMES.map((name) => [name, () => Promise.reject(isLocked())]),
  ) as unknown as Handlers;
  const connections = new Connections(handlers, log, facts);
  const listening = await listen(socket, (each) => connections.add(socketChannel(each)));
  return {
    close: async () => {
      await listening.stop();
      await connections.finish(AbortSignal.abort());
    },
  };
}

function isLocked(): LocalApiError {
  return new LocalApiError(
    'locked',
    'the app that owns this profile waits for the passphrase',
    'give it on the page of the app, or end the app and give --passphrase-file',
  );
}
