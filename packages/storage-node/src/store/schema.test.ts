import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { openDatabase } from '@sotto/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NodeStore, openNodeStore } from './node-store.ts';
import { messageSyncId } from './operation.ts';
import { NODE_MIGRATIONS } from './schema.ts';
import { SYNC_BUCKETS } from './sync-store.ts';

let folder: string;
let store: NodeStore | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-schema-'));
});
afterEach(() => {
  store?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a database of version 1', () => {
  it('keeps its messages, their order and the positions that it has given', async () => {
    const path = join(folder, 'node.db');
    const mailbox = randomBytes(33);
    const old = openDatabase({ path, migrations: NODE_MIGRATIONS.slice(0, 1) });
    old
      .prepare('INSERT INTO box (id, pubkey, namespace) VALUES (7, ?, 40), (8, ?, -41)')
      .run([mailbox, mailbox]);
    const insert = old.prepare(
      'INSERT INTO message (box, hash, timestamp, expiry, signed_at, data) VALUES (?, ?, ?, ?, ?, ?)',
    );
    const hashes = Array.from({ length: 600 }, (_, index) => String(index).padStart(43, '0'));
    for (const [index, hash] of hashes.entries())
      insert.run([7, hash, 5, 1_000, 0, randomBytes(1 + (index % 9))]);
    insert.run([8, 'x'.repeat(43), 6, 2_000, 6, randomBytes(3)]);
    old.exec(`DELETE FROM message WHERE hash = '${'x'.repeat(43)}'`);
    old.close();

    store = openNodeStore(path, () => undefined);
    const read = (lastHash?: string) =>
      store?.messages.read(
        { mailbox, namespace: 40, maxSize: 1e9, ...(lastHash === undefined ? {} : { lastHash }) },
        10,
      ).messages ?? [];
    expect(read().map(({ hash }) => hash)).toEqual(hashes);
    expect(read()[599]).toMatchObject({ timestamp: 5, expiry: 1_000, data: { length: 1 + (599 % 9) } });
    // Stored when its sender dates it, since nobody knows better: alike at every member.
    const first = {
      ...{ mailbox, namespace: 40, hash: hashes[0] ?? '', timestamp: 5 },
      ...{ storedAt: 5, baseExpiry: 1_000, signedAt: 0 },
    };
    const ids = store.sync.listSyncIds(0, SYNC_BUCKETS, 10).map(toHex);
    expect(new Set(ids).size).toBe(600);
    expect(ids).toContain(toHex(messageSyncId(first)));
    // A box whose last message goes, goes too, and a position is never given twice.
    await store.write(() => store?.messages.sweep(1_000));
    await store.write(() => store?.messages.sweep(1_000));
    const message = { mailbox, namespace: 40, timestamp: 5, expiry: 9_000, signedAt: 0, outbox: false };
    await store.write(() =>
      store?.messages.put({ ...message, hash: 'n'.repeat(43), data: randomBytes(2) }, 10),
    );
    store.close();
    const now = openDatabase({ path, migrations: NODE_MIGRATIONS });
    expect(now.prepare('SELECT position FROM message').all()).toEqual([{ position: 602 }]);
    expect(now.prepare('SELECT messages, bytes FROM box').all()).toEqual([{ messages: 1, bytes: 2 }]);
    now.close();
    store = undefined;
  });
});
