import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, equalBytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { blake2b, randomBytes } from '@sotto/crypto';
import { openDatabase } from '@sotto/database';
import { decodeRpc, namespaceRules, type OperationRequest } from '@sotto/protocol';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { operationOf } from '../../test/_ask.ts';
import { MAX_LEAD, OPERATION_MEMORY } from '../constants.ts';
import type { NewMessage } from './messages.ts';
import { type NodeStore, openNodeStore, storeIn } from './node-store.ts';
import { describeOperation } from './operation.ts';
import { NODE_MIGRATIONS } from './schema.ts';
import { SYNC_BUCKETS, type SyncItem } from './sync-store.ts';

/** Two members of a swarm, and one that comes to it later. */

const T0 = 1_800_000_000_000;
const DAY = 86_400_000;
let folder: string;
let one: NodeStore;
let other: NodeStore;
let newcomer: NodeStore;
let mailbox: Bytes;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-sync-'));
  [one, other, newcomer] = ['one', 'other', 'newcomer'].map((name) => {
    const database = openDatabase({ path: join(folder, `${name}.db`), migrations: NODE_MIGRATIONS });
    // Nothing here is about a disk, which would take most of the time.
    database.pragma('synchronous = OFF');
    return storeIn(database, () => undefined);
  }) as [NodeStore, NodeStore, NodeStore];
});
beforeEach(() => {
  mailbox = randomBytes(33);
});
afterEach(() => forgetAll());
afterAll(() => {
  for (const store of [one, other, newcomer]) store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function forgetAll(): Promise<void> {
  const end = T0 + 1_000 * DAY;
  for (const store of [one, other, newcomer]) {
    while ((await store.write(() => store.messages.sweep(end) + store.operations.sweep(end))) > 0);
  }
}

function itemsOf(store: NodeStore, now: number): readonly SyncItem[] {
  const items = store.sync.readBySyncId(store.sync.listSyncIds(0, SYNC_BUCKETS, now));
  const name = `"pubkey":"${toHex(mailbox)}"`;
  return items.filter((item) =>
    item.kind === 'message'
      ? equalBytes(item.message.mailbox, mailbox)
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

const hashOf = (number: number) => toBase64(blake2b(32, utf8(String(number)))).slice(0, 43);
const NAMESPACES = [40, 42];

function message(number: number, over: Partial<NewMessage> = {}): NewMessage {
  return {
    ...{ mailbox, namespace: 40, hash: hashOf(number), data: utf8(`message ${number}`) },
    ...{ timestamp: T0, expiry: T0 + DAY, signedAt: 0, outbox: false },
    ...over,
  };
}

function put(store: NodeStore, one_: NewMessage, now: number) {
  return store.write(() => store.messages.put(one_, now));
}

type Asked = Parameters<typeof operationOf>[0];

function ask(store: NodeStore, request: Asked, now: number, at = now) {
  return store.write(() => store.operations.run(operationOf(request, T0), { at, overtakes: true }, now));
}

const remove = (...numbers: readonly number[]): Asked => ({
  ...{ method: 'delete', mailbox, required: false },
  hashes: numbers.map(hashOf),
});

/** What clients see, and what members compare. */
function seen(store: NodeStore, now: number) {
  const boxes = NAMESPACES.map((namespace) => {
    const { messages } = store.messages.read({ mailbox, namespace, maxSize: 1e6 }, now);
    return messages.map(({ hash, timestamp, expiry }) => `${hash} ${timestamp} ${expiry}`).sort();
  });
  return {
    boxes,
    ids: itemsOf(store, now)
      .map(({ syncId }) => toHex(syncId))
      .sort(),
  };
}

describe('what is deleted', () => {
  it('does not come back from a member that had not heard of it, and goes there too', async () => {
    await put(one, message(1, { at: T0 }), T0);
    await put(other, message(1, { at: T0 }), T0);
    const [kept] = itemsOf(other, T0);
    if (kept === undefined) throw new Error('nothing kept');
    await ask(one, remove(1), T0 + 5);
    expect(await apply(one, kept, T0 + 10)).toBe('deleted');
    await give(one, other, T0 + 10);
    expect(seen(other, T0 + 10)).toEqual(seen(one, T0 + 10));
    expect(seen(other, T0 + 10).boxes).toEqual([[], []]);
  });

  it('does not come to a member that never had it, whatever was deleted by', async () => {
    const scopes: readonly Asked[] = [
      remove(1),
      { method: 'delete_all', mailbox, namespace: 'all' },
      { method: 'delete_all', mailbox, namespace: 40 },
      { method: 'delete_before', mailbox, namespace: 40, before: T0 },
    ];
    for (const scope of scopes) {
      mailbox = randomBytes(33);
      await put(other, message(1), T0);
      await ask(one, { ...scope, mailbox } as Asked, T0 + 5);
      for (const item of itemsOf(other, T0)) expect(await apply(one, item, T0 + 10)).toBe('deleted');
      expect(seen(one, T0 + 10).boxes).toEqual([[], []]);
    }
  });

  it('is out of the way of whoever stores it anew, also by a slower clock', async () => {
    await put(one, message(1), T0);
    await ask(one, remove(1), T0 + 20_000);
    const at = one.messages.timeFor(message(1), T0 + 1);
    expect(at).toBe(T0 + 20_001);
    for (const store of [one, other]) {
      expect(await put(store, message(1, { at }), T0 + 1)).toMatchObject({ outcome: 'stored' });
    }
    await give(one, other, T0 + 30_000);
    await give(other, one, T0 + 30_000);
    expect(seen(one, T0 + 30_000)).toEqual(seen(other, T0 + 30_000));
    expect(seen(one, T0 + 30_000).boxes[0]).toHaveLength(1);
  });

  it('is refused when it comes later than it was deleted, as one member passes it to another', async () => {
    await ask(one, remove(1), T0 + 5);
    expect(await put(one, message(1, { at: T0 + 5 }), T0 + 9)).toEqual({ outcome: 'deleted', since: T0 + 5 });
    expect(await put(one, message(1, { at: T0 + 6 }), T0 + 9)).toMatchObject({ outcome: 'stored' });
  });

  it('goes although a faster clock has stored it, and with it every later one of that time', async () => {
    await put(one, message(1, { at: T0 + 60_000 }), T0);
    const done = await ask(one, remove(1), T0 + 5);
    expect(done).toMatchObject({ at: T0 + 60_001, deleted: [{ hash: hashOf(1) }] });
  });

  it('of whole namespaces leaves what came in while the members heard of it', async () => {
    await put(other, message(1, { at: T0 + 7 }), T0 + 7);
    const all = operationOf({ method: 'delete_all', mailbox, namespace: 'all' }, T0);
    const done = await other.write(() => other.operations.run(all, { at: T0 + 5, overtakes: false }, T0 + 8));
    expect(done.deleted).toEqual([]);
    expect(seen(other, T0 + 8).boxes[0]).toHaveLength(1);
  });
});

describe('what is remembered', () => {
  it('is one for each request, of the latest time that any member gave it', async () => {
    const delete1 = operationOf(remove(1), T0);
    await one.write(() => one.operations.run(delete1, { at: T0 + 5, overtakes: true }, T0 + 5));
    const again = (at: number) => one.write(() => one.operations.apply(delete1, at, T0 + 9));
    expect(await again(T0 + 5)).toBe('known');
    expect(await again(T0 + 8)).toBe('applied');
    expect(await again(T0 + 6)).toBe('known');
    expect(itemsOf(one, T0 + 9)).toMatchObject([{ operation: { at: T0 + 8 } }]);
  });

  it('is not what something else says as well', async () => {
    const clear = (namespace: number | 'all', at: number) =>
      ask(one, { method: 'delete_all', mailbox, namespace }, T0 + at);
    await ask(one, { method: 'delete_before', mailbox, namespace: 40, before: T0 }, T0 + 1);
    await clear(40, 2);
    await clear(42, 3);
    expect(itemsOf(one, T0 + 9)).toHaveLength(2);
    await clear('all', 4);
    const [item] = itemsOf(one, T0 + 9);
    expect(itemsOf(one, T0 + 9)).toHaveLength(1);
    if (item === undefined) throw new Error('nothing kept');
    const older = operationOf({ method: 'delete_all', mailbox, namespace: 40 }, T0 - 5);
    expect(await one.write(() => one.operations.apply(older, T0 + 2, T0 + 9))).toBe('superseded');
  });

  it('ends with the message that is known, and for others with the longest life', async () => {
    await put(one, message(1), T0);
    await ask(one, remove(1), T0 + 5);
    await ask(one, remove(2), T0 + 5);
    const left = (now: number) => itemsOf(one, now).length;
    expect([left(T0 + DAY - 1), left(T0 + DAY)]).toEqual([2, 1]);
    expect([left(T0 + OPERATION_MEMORY + 4), left(T0 + OPERATION_MEMORY + 5)]).toEqual([1, 0]);
    await one.write(() => one.operations.sweep(T0 + OPERATION_MEMORY + 5));
    expect(itemsOf(one, T0)).toEqual([]);
    const late = operationOf(remove(3), T0);
    const now = T0 + OPERATION_MEMORY + 5;
    expect(await one.write(() => one.operations.apply(late, T0 + 5, now))).toBe('over');
  });

  it('of one mailbox is ten thousand hashes, of which the oldest go', async () => {
    const many = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
    await ask(one, remove(1), T0 + 1);
    await ask(one, remove(...many(100, 6_000)), T0 + 2);
    await ask(one, remove(...many(10_000, 3_999)), T0 + 3);
    expect(itemsOf(one, T0 + 9)).toHaveLength(3);
    await ask(one, remove(2), T0 + 4);
    expect(itemsOf(one, T0 + 9)).toHaveLength(3);
    expect(await put(one, message(1, { at: T0 + 1 }), T0 + 9)).toMatchObject({ outcome: 'stored' });
    expect(await put(one, message(100, { at: T0 + 1 }), T0 + 9)).toMatchObject({ outcome: 'deleted' });
  });

  it('of hashes that are not here needs room; of what is here it does not', async () => {
    const small = openNodeStore(join(folder, 'small.db'), () => undefined, { maxBytes: 200_000 });
    let outcome = 'stored';
    for (let number = 0; outcome === 'stored' && number < 99; number++) {
      ({ outcome } = await put(small, message(number, { data: randomBytes(50_000) }), T0));
    }
    expect(outcome).toBe('database-full');
    expect(await ask(small, remove(1_000), T0 + 1)).toMatchObject({ outcome: 'full', deleted: [] });
    const words = { method: 'revoke_subaccount', mailbox, tokens: [randomBytes(36)] } as const;
    expect(await ask(small, words, T0 + 1)).toMatchObject({ outcome: 'full' });
    expect(await ask(small, remove(1, 1_000), T0 + 2)).toMatchObject({ outcome: 'done', deleted: [{}] });
    expect(itemsOf(small, T0 + 3).filter(({ kind }) => kind === 'operation')).toHaveLength(1);
    expect(await put(small, message(1, { at: T0 }), T0 + 3)).toEqual({ outcome: 'deleted', since: T0 + 2 });
    small.close();
  });

  it('is told of as it comes and goes, like messages', async () => {
    const heard = new Set<string>();
    const stop = one.sync.onChange((id) => heard.add(toHex(id)));
    const hears = (ids: readonly string[]) => {
      expect([...heard].sort()).toEqual([...ids].sort());
      heard.clear();
    };
    await put(one, message(1), T0);
    const [stored] = itemsOf(one, T0).map(({ syncId }) => toHex(syncId));
    hears([stored ?? '']);
    await put(one, message(1), T0 + 3);
    const [again] = itemsOf(one, T0).map(({ syncId }) => toHex(syncId));
    expect(again).not.toBe(stored);
    hears([stored ?? '', again ?? '']);
    await ask(one, remove(1), T0 + 5);
    const [tombstone] = itemsOf(one, T0).map(({ syncId }) => toHex(syncId));
    hears([again ?? '', tombstone ?? '']);
    await one.write(() => one.operations.sweep(T0 + DAY));
    hears([tombstone ?? '']);
    stop();
    await put(one, message(2), T0);
    hears([]);
  });
});

describe('revocations', () => {
  const token = randomBytes(36);
  const word = (method: 'revoke_subaccount' | 'unrevoke_subaccount', signedAt: number, ...tokens: Bytes[]) =>
    operationOf({ method, mailbox, tokens }, signedAt);
  const hear = (store: NodeStore, operation: ReturnType<typeof word>) =>
    store.write(() => store.operations.run(operation, { at: 0, overtakes: true }, T0));
  const revoked = (store: NodeStore) => store.operations.revokedSince(mailbox, token);

  it('count by when they were signed, in whichever order they come, and of equal times revoking does', async () => {
    const words = [
      word('revoke_subaccount', T0 + 1, token),
      word('unrevoke_subaccount', T0 + 2, token),
      word('unrevoke_subaccount', T0 + 3, token),
      word('revoke_subaccount', T0 + 3, token, randomBytes(36)),
    ];
    for (const operation of words) await hear(one, operation);
    for (const operation of words.toReversed()) await hear(other, operation);
    expect([revoked(one), revoked(other)]).toEqual([T0 + 3, T0 + 3]);
    expect(seen(one, T0)).toEqual(seen(other, T0));
    expect(itemsOf(one, T0)).toHaveLength(1);
    expect(await hear(one, word('unrevoke_subaccount', T0 + 4, token))).toMatchObject({ restored: 1 });
    expect(await hear(one, word('unrevoke_subaccount', T0 + 5, token))).toMatchObject({ restored: 0 });
    expect(revoked(one)).toBeUndefined();
  });

  it('are kept of an account without messages, the newest fifty', async () => {
    await hear(one, word('revoke_subaccount', T0, token));
    for (let count = 1; count < 50; count++)
      await hear(one, word('revoke_subaccount', T0 + count, randomBytes(36)));
    expect(revoked(one)).toBe(T0);
    await hear(one, word('revoke_subaccount', T0 + 50, randomBytes(36)));
    expect(revoked(one)).toBeUndefined();
    expect(itemsOf(one, T0)).toHaveLength(50);
  });

  it('outlast deleting everything', async () => {
    await hear(one, word('revoke_subaccount', T0, token));
    await put(one, message(1), T0);
    await ask(one, { method: 'delete_all', mailbox, namespace: 'all' }, T0 + 5);
    expect(revoked(one)).toBe(T0);
  });
});

describe('an outbox', () => {
  it('takes from another member what was signed later, and nothing else', async () => {
    const namespace = -41;
    const record = (number: number, signedAt: number) =>
      message(number, { namespace, signedAt, outbox: namespaceRules(namespace).outbox });
    await put(one, record(1, T0 + 1), T0 + 1);
    await put(other, record(2, T0 + 2), T0 + 2);
    for (const item of itemsOf(one, T0)) expect(await apply(other, item, T0 + 5)).toBe('outdated');
    for (const item of itemsOf(other, T0)) expect(await apply(one, item, T0 + 5)).toBe('stored');
    const { messages } = one.messages.read({ mailbox, namespace, maxSize: 1e6 }, T0 + 5);
    expect(messages.map(({ hash }) => hash)).toEqual([hashOf(2)]);
  });
});

describe('a message of a time to come', () => {
  it('is for later', async () => {
    await put(other, message(1, { at: T0 + MAX_LEAD + 1 }), T0);
    for (const item of itemsOf(other, T0)) {
      expect(await apply(one, item, T0)).toBe('too-new');
      expect(await apply(one, item, T0 + 1)).toBe('stored');
    }
    const word = operationOf(remove(1), T0);
    expect(await one.write(() => one.operations.apply(word, T0 + MAX_LEAD + 1, T0))).toBe('too-new');
  });
});

describe('members that heard different things', () => {
  const number = fc.integer({ min: 1, max: 3 });
  const namespace = fc.constantFrom<number | 'all'>(40, 42, 'all');
  const later = fc.integer({ min: 1, max: 40 }).map((days) => T0 + days * DAY);
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), number, later }) },
    fc.record({
      kind: fc.constant('delete' as const),
      numbers: fc.array(number, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant('delete_all' as const), namespace }),
    fc.record({
      kind: fc.constant('delete_before' as const),
      namespace,
      before: fc.integer({ min: 0, max: 5 }),
    }),
    fc.record({ kind: fc.constant('expire_all' as const), namespace, later }),
    fc.record({
      kind: fc.constant('expire' as const),
      mode: fc.constantFrom('set' as const, 'extend' as const, 'shorten' as const),
      numbers: fc.array(number, { minLength: 1, maxLength: 2 }),
      later,
    }),
  );
  type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;
  /** What, who hears of it, and how far the clock of the one that was asked is off. */
  const heard = fc.tuple(event, fc.constantFrom('one', 'other', 'both'), fc.integer({ min: 0, max: 20 }));

  function requestOf(asked: Exclude<Event, { kind: 'put' }>): Asked {
    switch (asked.kind) {
      case 'delete':
        return remove(...asked.numbers);
      case 'delete_all':
        return { method: 'delete_all', mailbox, namespace: asked.namespace };
      case 'delete_before':
        return { method: 'delete_before', mailbox, namespace: asked.namespace, before: T0 + asked.before };
      case 'expire_all':
        return { method: 'expire_all', mailbox, namespace: asked.namespace, expiry: asked.later };
      case 'expire': {
        const hashes = asked.numbers.map(hashOf);
        return { method: 'expire', mailbox, mode: asked.mode, hashes, expiries: [asked.later] };
      }
    }
  }

  async function hear(asked: Event, members: readonly NodeStore[], now: number): Promise<void> {
    const [entry] = members as [NodeStore];
    if (asked.kind === 'put') {
      const stored = message(asked.number, {
        namespace: NAMESPACES[asked.number % 2] ?? 40,
        timestamp: T0 + 2 * asked.number,
        expiry: asked.later,
      });
      const at = entry.messages.timeFor(stored, now);
      for (const member of members) await put(member, { ...stored, at }, now);
      return;
    }
    const operation = operationOf(requestOf(asked), now);
    const at = entry.operations.timeFor(operation, now);
    for (const member of members) {
      const overtakes = member === entry || asked.kind === 'delete' || asked.kind === 'expire';
      await member.write(() => member.operations.run(operation, { at, overtakes }, now));
    }
  }

  it('agree when each has told the other, and so does who comes later, in whatever order it hears', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(heard, { minLength: 1, maxLength: 14 }),
        fc.infiniteStream(fc.nat(1_000)),
        async (events, shuffle) => {
          mailbox = randomBytes(33);
          for (const [index, [asked, who, skew]] of events.entries()) {
            const members = who === 'one' ? [one] : who === 'other' ? [other] : [one, other];
            await hear(asked, members, T0 + 10 * index + skew);
          }
          const now = T0 + 1_000;
          await give(one, other, now);
          await give(other, one, now);
          // What one of them has made of it all is the last word.
          await give(one, other, now);
          expect(seen(other, now)).toEqual(seen(one, now));
          const items = itemsOf(one, now).map((item) => ({ item, place: shuffle.next().value as number }));
          const shuffled = items.sort((a, b) => a.place - b.place);
          await Promise.all(shuffled.map(({ item }) => apply(newcomer, item, now)));
          expect(seen(newcomer, now)).toEqual(seen(one, now));
          await forgetAll();
        },
      ),
      { numRuns: 60 },
    );
  });
});
