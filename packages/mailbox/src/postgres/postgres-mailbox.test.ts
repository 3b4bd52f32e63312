import { type PostgresServer, startPostgres } from '@sotto/test-servers';
import { afterAll, beforeAll } from 'vitest';
import { mailboxSuite } from '../testing/mailbox-suite.ts';
import { onlineMailSuite } from '../testing/online-mail-suite.ts';
import { openPostgresMailbox } from './postgres-mailbox.ts';
import { openPostgresOnlineMail } from './postgres-online-mail.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

mailboxSuite('PostgreSQL', async () => {
  const url = await server.createDatabase();
  return {
    open: (truths = () => []) =>
      openPostgresMailbox({ url, truths: async (_query, accounts) => new Set(accounts.flatMap(truths)) }),
    remove: () => undefined,
    runs: 6,
  };
});

onlineMailSuite('on PostgreSQL', async () => {
  const url = await server.createDatabase();
  return { here: await openPostgresOnlineMail({ url }), there: await openPostgresOnlineMail({ url }) };
});
