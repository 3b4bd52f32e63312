import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@sotto/database';
import { expect, it } from 'vitest';
import { Once } from './once.ts';
import { RELAY_MIGRATIONS } from './schema.ts';

const tag = (number: number) => new Uint8Array(16).fill(number);

it('remembers requests until their time is over, and turns new ones away rather than forget', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-once-'));
  const database = openDatabase({ path: join(folder, 'relay.db'), migrations: RELAY_MIGRATIONS });
  try {
    const once = new Once(database, 2);
    expect(once.seeRequest(tag(1), 0, 100_000)).toBe('first');
    expect(once.seeRequest(tag(1), 1, 100_000)).toBe('seen');
    expect(once.seeRequest(tag(2), 2, 200_000)).toBe('first');
    expect(once.seeRequest(tag(3), 3, 200_000)).toBe('full');
    // Counted from the file, by whoever opens it next.
    const again = new Once(database, 2);
    expect(again.seeRequest(tag(3), 4, 200_000)).toBe('full');
    expect(again.seeRequest(tag(3), 100_001, 300_000)).toBe('first');
    expect(again.seeRequest(tag(2), 100_002, 300_000)).toBe('full');
    again.expire(200_001, 0);
    expect(again.seeRequest(tag(2), 200_001, 400_000)).toBe('first');
    expect(again.seeRequest(tag(3), 200_002, 400_000)).toBe('full');
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
});
