import type { Client, ClientEvent } from '@sotto/client';
import { type Handlers, LocalApiError, type LocalEvent } from '@sotto/local-api';
import { accountCommands } from './commands/account.ts';
import { chatCommands } from './commands/chats.ts';
import { contactCommands } from './commands/contacts.ts';
import { fileCommands } from './commands/files.ts';
import { inboxCommands } from './commands/inbox.ts';
import { messageCommands } from './commands/messages.ts';
import { networkCommands } from './commands/network.ts';
import { sendCommands } from './commands/send.ts';
import { settingsCommands } from './commands/settings.ts';
import { eventValue } from './event-values.ts';
import { explainStore } from './explain-store.ts';
import { filesOf } from './file-values.ts';
import type { Owned } from './owned.ts';
import { statusValue } from './to-values.ts';

/** Stop 2 of a message's way: the only door from screens to the client. */
export function commandHandlers(owned: Owned): Handlers {
  return explainStore({
    ...accountCommands(owned),
    ...sendCommands(owned),
    ...contactCommands(owned),
    ...chatCommands(owned),
    ...messageCommands(owned),
    ...inboxCommands(owned),
    ...fileCommands(owned),
    ...settingsCommands(owned),
    ...networkCommands(owned),
    'events.subscribe': async (_params, { emit, onEnd }) => {
      onEnd(passEvents(owned.client, emit));
      await owned.openRoads();
      return {};
    },
    status: async () => {
      const onion = owned.onion();
      return statusValue(await owned.client.status(), { paths: onion?.paths(), trouble: onion?.trouble() });
    },
    doctor: async () => ({ checks: [...(await owned.examine())] }),
    'app.state': onlyPages,
    'app.unlock': onlyPages,
    'app.lock': onlyPages,
    'app.touch': onlyPages,
    'app.passphrase': onlyPages,
    'app.download': onlyPages,
  });
}

/** Hand on every event of a client from now on, in order; returns what ends it. */
export function passEvents(client: Client, emit: (event: LocalEvent) => void): () => void {
  let own = '';
  const learnAccount = async (): Promise<void> => {
    own = (await client.showAccount())?.account ?? '';
  };
  // An account may come or go while somebody listens; what comes in for it says to whom.
  let turn = learnAccount().catch(() => undefined);
  return client.subscribe((event: ClientEvent) => {
    const told = turn.then(async () => {
      if (event.event === 'account') await learnAccount();
      const isLine = event.event === 'message' || event.event === 'item';
      const files = isLine ? await filesOf(client, event.message) : [];
      const value = eventValue(event, own, files);
      if (value !== undefined) emit(value);
    });
    // A client that has closed meanwhile tells nothing more.
    turn = told.catch(() => undefined);
  });
}

function onlyPages(): Promise<never> {
  const words = 'only a page of the app can ask this';
  return Promise.reject(new LocalApiError('not-supported', words, 'start `sotto app` and open its link'));
}
