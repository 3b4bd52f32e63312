import { parseMessageId } from '@sotto/client';
import { type Handlers, LocalApiError } from '@sotto/local-api';
import { foundValue, sentValue } from '../chat-values.ts';
import { filesOf } from '../file-values.ts';
import { findContact } from '../find-contact.ts';
import { fitPage, MAX_PAGE_BYTES } from '../fit-page.ts';
import type { Owned } from '../owned.ts';
import { deviceReplaced, sendRefusal, unknownMessage } from '../refusals.ts';
import { contactValue } from '../to-values.ts';

export function messageCommands({
  client,
  openRoads,
}: Owned): Pick<Handlers, 'messages.retry' | 'messages.delete' | 'search'> {
  return {
    'messages.retry': async ({ id }) => {
      await openRoads();
      const outcome = await client.retryMessage(named(id));
      switch (outcome.outcome) {
        case 'queued':
          return sentValue(outcome.message);
        case 'unknown-message':
          throw unknownMessage();
        case 'not-possible':
          throw new LocalApiError('not-possible', outcome.reason);
        case 'outbox-full':
          throw sendRefusal(outcome);
        case 'device-replaced':
          throw deviceReplaced();
      }
    },
    'messages.delete': async ({ id }) => {
      const { outcome } = await client.deleteMessage(named(id));
      if (outcome === 'unknown-message') throw unknownMessage();
      return {};
    },
    search: async ({ who, ...request }) => {
      const chat = who === undefined ? {} : { chat: await findContact(client, who) };
      const page = await client.search({ ...request, ...chat });
      // Both lists share one line.
      const contacts = page.contacts.map(contactValue);
      const messages = await Promise.all(
        page.messages.map(async (found) => foundValue(found, await filesOf(client, found.message))),
      );
      const { to: shown } = fitPage(contacts, 0, MAX_PAGE_BYTES / 2);
      const { to } = fitPage(messages, 0);
      return {
        contacts: contacts.slice(0, shown),
        messages: messages.slice(0, to),
        more: page.more || to < messages.length,
      };
    },
  };
}

function named(id: string) {
  const name = parseMessageId(id);
  if (name === undefined) throw unknownMessage();
  return name;
}
