import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { equalBytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { blake2b, randomBytes } from '@sotto/crypto';
import { openDatabase } from '@sotto/database';
import { decodeRpc, type OperationRequest } from '@sotto/protocol';
import { afterAll, afterEach, beforeEach } from 'vitest';
import type { NewMessage } from '../src/store/messages.ts';
import { type NodeStore, storeIn } from '../src/store/node-store.ts';
import { describeOperation } from '../src/store/operation.ts';
import { NODE_MIGRATIONS } from '../src/store/schema.ts';
import { SYNC_BUCKETS, type SyncItem } from '../src/store/sync-store.ts';
import { operationOf } from './_ask.ts';

export const T0 = 1_800_000_000_000;
export const DAY = 86_400_000;
export const NAMESPACES = [40, 42];

export const hashOf = (number: number): string => toBase64(blake2b(32, utf8(String(number)))).slice(0, 43);

export type Asked = Parameters<typeof operationOf>[0];

/** The stores of two members of a swarm, and of one that comes to it later; empty at each test, with another mailbox. */
export function syncStores() {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-sync-'));
  const [one, other, newcomer] = ['one', 'other', 'newcomer'].map((name) => {
    const database = openDatabase({ path: join(folder, `${name}.db`), migrations: NODE_MIGRATIONS });
    // Nothing here is about a disk, which would take most of the time.
    database.pragma('synchronous = OFF');
    return storeIn(database, () => undefined);
  }) as [NodeStore, NodeStore, NodeStore];
  const stores = [one, other, newcomer];
  /** What the test is about. */
  const box = { mailbox: randomBytes(33) };

  beforeEach(() => {
    box.mailbox = randomBytes(33);
  });
  afterEach(() => forgetAll());
  afterAll(() => {
    for (const store of stores) store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function forgetAll(): Promise<void> {
    const end = T0 + 1_000 * DAY;
    for (const store of stores) {
      while ((await store.write(() => store.messages.sweep(end) + store.operations.sweep(end))) > 0);
    }
  }

  function itemsOf(store: NodeStore, now: number): readonly SyncItem[] {
    const items = store.sync.readBySyncId(store.sync.listSyncIds(0, SYNC_BUCKETS, now));
    const name = `"pubkey":"${toHex(box.mailbox)}"`;
    return items.filter((item) =>
      item.kind === 'message'
        ? equalBytes(item.message.mailbox, box.mailbox)
        : item.operation.request.includes(name),
    );
  }

  function apply(store: NodeStore, item: SyncItem, now: number): Promise<string> {
    if (item.kind === 'message') return store.write(() => store.messages.apply(item.message, now));
    const request = decodeRpc(utf8(item.operation.request)) as OperationRequest;
    return store.write(() => store.operations.apply(describeOperation(request), item.operation.at, now));
  }

  async function give(from: NodeStore, to: NodeStore, now: number): Promise<void> {
    await Promise.all(itemsOf(from, now).map((item) => apply(to, item, now)));
  }

  function message(number: number, over: Partial<NewMessage> = {}): NewMessage {
    return {
      ...{ mailbox: box.mailbox, namespace: 40, hash: hashOf(number), data: utf8(`message ${number}`) },
      ...{ timestamp: T0, expiry: T0 + DAY, signedAt: 0, outbox: false },
      ...over,
    };
  }

  function put(store: NodeStore, one_: NewMessage, now: number) {
    return store.write(() => store.messages.put(one_, now));
  }

  function ask(store: NodeStore, request: Asked, now: number, at = now) {
    return store.write(() => store.operations.run(operationOf(request, T0), { at, overtakes: true }, now));
  }

  const remove = (...numbers: readonly number[]): Asked => ({
    ...{ method: 'delete', mailbox: box.mailbox, required: false },
    hashes: numbers.map(hashOf),
  });

  /** What clients see, and what members compare. */
  function seen(store: NodeStore, now: number) {
    const boxes = NAMESPACES.map((namespace) => {
      const { messages } = store.messages.read({ mailbox: box.mailbox, namespace, maxSize: 1e6 }, now);
      return messages.map(({ hash, timestamp, expiry }) => `${hash} ${timestamp} ${expiry}`).sort();
    });
    return {
      boxes,
      ids: itemsOf(store, now)
        .map(({ syncId }) => toHex(syncId))
        .sort(),
    };
  }

  return {
    folder,
    one,
    other,
    newcomer,
    box,
    forgetAll,
    itemsOf,
    apply,
    give,
    message,
    put,
    ask,
    remove,
    seen,
  };
}
