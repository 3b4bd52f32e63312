import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asBytes, Secret } from '@sotto/bytes';
import type { ClientStore } from '@sotto/client';
import { storeSuite } from '@sotto/client/testing';
import { openStore } from './open-store.ts';

storeSuite('encrypted SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-store-'));
  const request = { path: join(folder, 'profile', 'store.db'), key: new Secret(asBytes(randomBytes(32))) };
  let current: ClientStore = await openStore(request);
  return {
    store: current,
    reopen: async () => {
      await current.close();
      current = await openStore(request);
      return current;
    },
    dispose: async () => {
      await current.close();
      rmSync(folder, { recursive: true });
    },
  };
});
