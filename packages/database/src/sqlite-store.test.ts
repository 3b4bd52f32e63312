import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from './sqlite-store.ts';
import { storeSuite } from './testing/store-suite.ts';

storeSuite('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-store-'));
  return {
    open: async (settings) => openSqliteStore({ path: join(folder, 'store.db'), ...settings }),
    remove: () => rmSync(folder, { recursive: true }),
  };
});
