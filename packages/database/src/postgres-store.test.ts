import { type PostgresServer, startPostgres } from '@sotto/test-servers';
import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore } from './postgres-store.ts';
import { storeSuite } from './testing/store-suite.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

storeSuite('PostgreSQL', async () => {
  const url = await server.createDatabase();
  return {
    open: (settings) => openPostgresStore({ url, name: 'things', ...settings }),
    remove: () => undefined,
  };
});
