import { join } from 'node:path';
import { type Bytes, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { operationOf } from '../../test/_ask.ts';
import { DAY, syncStores, T0 } from '../../test/_sync-stores.ts';
import { OPERATION_MEMORY } from '../constants.ts';
import { type NodeStore, openNodeStore } from './node-store.ts';

const { folder, one, other, box, itemsOf, message, put, ask, remove, seen } = syncStores();

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
      ask(one, { method: 'delete_all', mailbox: box.mailbox, namespace }, T0 + at);
    await ask(one, { method: 'delete_before', mailbox: box.mailbox, namespace: 40, before: T0 }, T0 + 1);
    await clear(40, 2);
    await clear(42, 3);
    expect(itemsOf(one, T0 + 9)).toHaveLength(2);
    await clear('all', 4);
    const [item] = itemsOf(one, T0 + 9);
    expect(itemsOf(one, T0 + 9)).toHaveLength(1);
    if (item === undefined) throw new Error('nothing kept');
    const older = operationOf({ method: 'delete_all', mailbox: box.mailbox, namespace: 40 }, T0 - 5);
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

  it('of one mailbox: box.mailbox is ten thousand hashes, of which the oldest go', async () => {
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
    const words = { method: 'revoke_subaccount', mailbox: box.mailbox, tokens: [randomBytes(36)] } as const;
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
    operationOf({ method, mailbox: box.mailbox, tokens }, signedAt);
  const hear = (store: NodeStore, operation: ReturnType<typeof word>) =>
    store.write(() => store.operations.run(operation, { at: 0, overtakes: true }, T0));
  const revoked = (store: NodeStore) => store.operations.revokedSince(box.mailbox, token);

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
    await ask(one, { method: 'delete_all', mailbox: box.mailbox, namespace: 'all' }, T0 + 5);
    expect(revoked(one)).toBe(T0);
  });
});
