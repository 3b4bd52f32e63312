import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientStore, UnitOfWork } from '../ports/store.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { anyChange, CHATS, IDS } from '../testing/store-arbitraries.ts';
import { ACCOUNT, CONTACT, chain, entry } from '../testing/store-fixtures.ts';
import { everything } from '../testing/store-snapshot.ts';
import { createPending } from './pending.ts';

describe('what is pending', () => {
  it('shows what the store will show, and leaves it so, whatever it holds and however it is cut', async () => {
    const anyUnits = fc.array(fc.array(anyChange, { maxLength: 6 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(anyUnits, anyUnits, fc.boolean(), async (early, late, isListed) => {
        const [together, apart] = [createMemoryStore(), createMemoryStore()];
        const pending = createPending(together, () => pending.commit());
        for (const unit of early) for (const store of [together, apart]) await store.commit(unit);
        for (const unit of late) {
          pending.add(unit);
          await apart.commit(unit);
        }
        expect(await rows(pending.view)).toEqual(await rows(apart));
        if (isListed) expect(await everything(pending.view)).toEqual(await everything(apart));
        await pending.commit();
        expect(await everything(together)).toEqual(await everything(apart));
      }),
    );
  });

  it('writes each row once', async () => {
    const store = createMemoryStore();
    const pending = createPending(store, () => pending.commit());
    let written: UnitOfWork = [];
    store.beforeCommit = (work) => {
      written = work;
    };
    const session = (value: number) =>
      ({
        kind: 'ratchet',
        change: { table: 'session', key: 'a', value: Uint8Array.of(value) },
      }) as const;
    for (const lastSentAt of [1, 2, 3]) {
      pending.add([
        { kind: 'put-account', state: { ...ACCOUNT, lastSentAt } },
        { kind: 'put-contact', contact: { ...CONTACT, nextCounter: lastSentAt } },
        { kind: 'put-chain', chain: chain({ expected: lastSentAt }) },
        { kind: 'put-outbox', entry: entry(7, { attempts: lastSentAt }) },
        session(lastSentAt),
      ]);
    }
    await pending.commit();
    expect(written).toEqual([
      { kind: 'put-account', state: { ...ACCOUNT, lastSentAt: 3 } },
      { kind: 'put-contact', contact: { ...CONTACT, nextCounter: 3 } },
      { kind: 'put-chain', chain: chain({ expected: 3 }) },
      { kind: 'put-outbox', entry: entry(7, { attempts: 3 }) },
      session(3),
    ]);
    await pending.commit();
    expect(store.commits).toBe(1);
  });

  it('is gone when it could not be written, and shown until then', async () => {
    const store = createMemoryStore();
    const pending = createPending(store, () => pending.commit());
    pending.add([{ kind: 'put-account', state: ACCOUNT }]);
    const seen: unknown[] = [];
    store.beforeCommit = async () => {
      seen.push(await pending.view.account());
      throw new Error('disk full');
    };
    await expect(pending.commit()).rejects.toThrow('disk full');
    expect([...seen, await pending.view.account()]).toEqual([ACCOUNT, undefined]);
  });
});

/** What is read row by row, and so without waiting for the disk. */
async function rows(store: ClientStore): Promise<unknown> {
  const places = CHATS.flatMap((chat) =>
    [1, 2].flatMap((device) => [55, 56].map((number) => [chat, device, number] as const)),
  );
  const keys = (['session', 'pre-key', 'kyber-pre-key'] as const).flatMap((table) =>
    ['1', '2'].map((key) => [table, key] as const),
  );
  const orders = [1, 2, 3, 4, 5, 6, 7, 8];
  return {
    lastOrder: await store.lastOutboxOrder(),
    seen: [await store.hasSeen('m'), await store.hasSeen('n')],
    contacts: await Promise.all(CHATS.map((chat) => store.contact(chat))),
    chains: await Promise.all(places.map((place) => store.chain(...place))),
    ratchet: await Promise.all(keys.map((key) => store.ratchet.get(...key))),
    entries: await Promise.all(orders.map((order) => store.outboxEntry(entry(order).id))),
    messages: await Promise.all(IDS.map((id) => store.message(id))),
  };
}
