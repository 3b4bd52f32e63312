import { randomBytes } from '@sotto/crypto';
import { namespaceRules } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { operationOf } from '../../test/_ask.ts';
import { type Asked, hashOf, syncStores, T0 } from '../../test/_sync-stores.ts';
import { MAX_LEAD } from '../constants.ts';

const { one, other, box, itemsOf, apply, give, message, put, ask, remove, seen } = syncStores();

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
      { method: 'delete_all', mailbox: box.mailbox, namespace: 'all' },
      { method: 'delete_all', mailbox: box.mailbox, namespace: 40 },
      { method: 'delete_before', mailbox: box.mailbox, namespace: 40, before: T0 },
    ];
    for (const scope of scopes) {
      box.mailbox = randomBytes(33);
      await put(other, message(1), T0);
      await ask(one, { ...scope, mailbox: box.mailbox } as Asked, T0 + 5);
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
    const all = operationOf({ method: 'delete_all', mailbox: box.mailbox, namespace: 'all' }, T0);
    const done = await other.write(() => other.operations.run(all, { at: T0 + 5, overtakes: false }, T0 + 8));
    expect(done.deleted).toEqual([]);
    expect(seen(other, T0 + 8).boxes[0]).toHaveLength(1);
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
    const { messages } = one.messages.read({ mailbox: box.mailbox, namespace, maxSize: 1e6 }, T0 + 5);
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
