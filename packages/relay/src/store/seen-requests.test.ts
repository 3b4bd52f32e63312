import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@sotto/database';
import { expect, it } from 'vitest';
import { RELAY_MIGRATIONS } from './schema.ts';
import { SeenRequests } from './seen-requests.ts';

const tag = (number: number) => new Uint8Array(16).fill(number);

it('remembers requests until their time is over, and turns new ones away rather than forget', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-once-'));
  const store = openSqliteStore({ path: join(folder, 'relay.db'), migrations: RELAY_MIGRATIONS });
  const see = (seen: SeenRequests, number: number, now: number, until: number) =>
    store.write(() => seen.see(tag(number), now, until));
  try {
    const seen = new SeenRequests(2);
    expect(await see(seen, 1, 0, 100_000)).toBe('first');
    expect(await see(seen, 1, 1, 100_000)).toBe('seen');
    expect(await see(seen, 2, 2, 200_000)).toBe('first');
    expect(await see(seen, 3, 3, 200_000)).toBe('full');
    // Counted from the file, by whoever opens it next.
    const again = new SeenRequests(2);
    expect(await see(again, 3, 4, 200_000)).toBe('full');
    expect(await see(again, 3, 100_001, 300_000)).toBe('first');
    expect(await see(again, 2, 100_002, 300_000)).toBe('full');
    await store.write(() => again.forget(200_001));
    expect(await see(again, 2, 200_001, 400_000)).toBe('first');
    expect(await see(again, 3, 200_002, 400_000)).toBe('full');
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});
