import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore, type Store } from '@sotto/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RELAY_MIGRATIONS } from './schema.ts';
import { SeenRequests } from './seen-requests.ts';

const tag = (number: number) => new Uint8Array(16).fill(number);

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-once-'));
  store = openSqliteStore({ path: join(folder, 'relay.db'), migrations: RELAY_MIGRATIONS });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

describe('requests that were seen', () => {
  it('are remembered until their time is over, and new ones turned away rather than old ones forgotten', async () => {
    const seen = new SeenRequests(store, 2);
    expect(await seen.see(tag(1), 100)).toBe('first');
    expect(await seen.see(tag(1), 100)).toBe('seen');
    expect(await seen.see(tag(2), 200)).toBe('first');
    expect(await seen.see(tag(3), 200)).toBe('full');
    // Counted from the file, by whoever opens it next.
    const again = new SeenRequests(store, 2);
    await again.forget(100);
    expect(await again.see(tag(3), 200)).toBe('full');
    await again.forget(101);
    expect(await again.see(tag(3), 300)).toBe('first');
    expect(await again.see(tag(2), 300)).toBe('full');
    await again.forget(201);
    expect(await again.see(tag(2), 400)).toBe('first');
    expect(await again.see(tag(3), 400)).toBe('full');
  });

  it('are counted once, however often the database takes the steps', async () => {
    const twice: Pick<Store, 'write' | 'read'> = {
      read: (work) => store.read(work),
      write: async (work) => {
        await store
          .write(function* () {
            yield* work();
            throw new Error('conflict');
          })
          .catch(() => undefined);
        return store.write(work);
      },
    };
    const seen = new SeenRequests(twice, 2);
    expect([await seen.see(tag(1), 9), await seen.see(tag(2), 9), await seen.see(tag(3), 9)]).toEqual([
      'first',
      'first',
      'full',
    ]);
  });

  it('cost a request that comes no more than one row', async () => {
    const statements: string[] = [];
    const watched: Pick<Store, 'write' | 'read'> = {
      read: (work) => store.read(work),
      write: (work) =>
        store.write(function* () {
          const steps = work();
          for (let next = steps.next(); ; ) {
            if (next.done === true) return next.value;
            if ('sql' in next.value) statements.push(next.value.sql);
            next = steps.next(yield next.value);
          }
        }),
    };
    await new SeenRequests(watched).see(tag(1), 9);
    expect(statements).toEqual([expect.stringMatching(/^INSERT /)]);
  });
});
