import type { Client, ClientEvent } from '@sotto/client';
import type { Caller, CheckValue, Handlers } from '@sotto/local-api';
import { accountCommands } from './commands/account.ts';
import { contactCommands } from './commands/contacts.ts';
import { inboxCommands } from './commands/inbox.ts';
import { sendCommands } from './commands/send.ts';
import { eventValue, statusValue } from './to-values.ts';

/** What the commands of one profile work with. */
export interface Owned {
  readonly client: Client;
  /** Absolute path of the folder. */
  readonly profile: string;
  /** Sequence of the last message that a screen has marked as shown. */
  readonly receivedThrough: () => Promise<number>;
  /** Open the roads, once; commands that need none leave them shut. */
  readonly openRoads: () => Promise<void>;
  /** The account is gone: end, and remove the folder's files. */
  readonly retire: () => void;
  readonly examine: () => Promise<readonly CheckValue[]>;
}

/** Stop 2 of a message's way: the only door from screens to the client. */
export function commandHandlers(owned: Owned): Handlers {
  return {
    ...accountCommands(owned),
    ...sendCommands(owned),
    ...contactCommands(owned),
    ...inboxCommands(owned),
    'events.subscribe': async (_params, caller) => {
      const own = await owned.client.showAccount();
      passEvents(owned.client, caller, own?.account ?? '');
      await owned.openRoads();
      return {};
    },
    status: async () => statusValue(await owned.client.status()),
    doctor: async () => ({ checks: [...(await owned.examine())] }),
  };
}

function passEvents(client: Client, caller: Caller, own: string): void {
  const stop = client.subscribe((event: ClientEvent) => {
    const value = eventValue(event, own);
    if (value !== undefined) caller.emit(value);
  });
  caller.onEnd(stop);
}
