import { join } from 'node:path';
import { openPostgres } from '@sotto/database';
import { memoryOnlineMail, openMailbox, openPostgresMailbox, openPostgresOnlineMail } from '@sotto/mailbox';
import { readRosters, rostersOf } from './calls/messages/roster.ts';
import type { RelayContext } from './context.ts';
import type { Events } from './events.ts';
import type { Opened } from './opened.ts';
import type { RelayOptions } from './relay-options.ts';
import { openRelayStore, openSharedRelayStore } from './store/relay-store.ts';

/** Where accounts and mail are kept. */
export async function openData(
  { data, database }: RelayOptions,
  events: Events,
  opened: Opened,
): Promise<Pick<RelayContext, 'store' | 'mailbox' | 'onlineMail'>> {
  if (database !== undefined) {
    const postgres = await openPostgres({ url: database });
    opened.closeWith(() => postgres.close());
    const mailbox = await openPostgresMailbox({ postgres, truths: readRosters });
    const onlineMail = await openPostgresOnlineMail({ postgres });
    return { store: await openSharedRelayStore(postgres), mailbox, onlineMail };
  }
  const eraseFailed = (error: unknown): void => events.failed(error);
  const store = openRelayStore(join(data, 'relay.db'), eraseFailed);
  opened.closeWith(() => store.close());
  const mailbox = openMailbox({
    path: join(data, 'mailbox.db'),
    eraseFailed,
    truths: (account) => rostersOf(store.accountNow(account)),
  });
  opened.closeWith(() => mailbox.close());
  const onlineMail = memoryOnlineMail((times) => events.count('online-dropped', times));
  return { store, mailbox, onlineMail };
}
