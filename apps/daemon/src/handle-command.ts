import type { Client, ClientEvent } from '@sotto/client';
import type { Caller, Handlers } from '@sotto/local-api';
import { accountCommands } from './commands/account.ts';
import { contactCommands } from './commands/contacts.ts';
import { inboxCommands } from './commands/inbox.ts';
import { sendCommands } from './commands/send.ts';
import type { Owned } from './owned.ts';
import { eventValue, statusValue } from './to-values.ts';

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
    status: async () => {
      const onion = owned.onion();
      return statusValue(await owned.client.status(), { paths: onion?.paths(), trouble: onion?.trouble() });
    },
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
