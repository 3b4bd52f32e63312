import { expect, it } from 'vitest';
import type { ClientStore } from '../ports/store.ts';
import { ALICE, BOB, bytes, chain, held } from './store-fixtures.ts';

/** What a store promises about chains and what is held for them; part of the suite. */
export function chainCases(
  make: () => { readonly store: ClientStore; reopen(): Promise<ClientStore> },
): void {
  it('keeps chains and finds gaps by time', async () => {
    let { store, reopen } = make();
    const open = chain({
      gapSince: 100,
      hash: bytes(32, 1),
      lastSentAt: 1_800_000_000_000,
      ahead: [
        { counter: 6, hash: bytes(32, 2), previous: bytes(32, 3), sentAt: 7, at: 100 },
        { counter: 9, hash: bytes(32, 4), sentAt: 8, at: 101 },
      ],
    });
    const other = chain({ account: ALICE, gapSince: 120 });
    const whole = chain({ chain: 56 });
    await store.commit([open, other, whole].map((each) => ({ kind: 'put-chain', chain: each })));
    expect(await store.chain(BOB, 1, 55)).toEqual(open);
    expect(await store.chain(BOB, 1, 57)).toBeUndefined();
    expect(await store.openGaps(99)).toEqual([]);
    expect(await store.openGaps(100)).toEqual([open]);
    store = await reopen();
    expect(await store.chains(BOB)).toEqual([open, whole]);
    await store.commit([{ kind: 'put-chain', chain: chain() }]);
    expect(await store.openGaps(1_000)).toEqual([other]);
  });

  it('keeps what is held in order, until it is shown or its chat is deleted', async () => {
    let { store, reopen } = make();
    const elsewhere = [held(5, { device: 2 }), held(5, { chain: 56 }), held(5, { account: ALICE })];
    const all = [held(7), held(12), held(5), ...elsewhere];
    await store.commit(all.map((each) => ({ kind: 'put-held', held: each })));
    await store.commit([{ kind: 'put-held', held: held(7, { text: 'changed' }) }]);
    store = await reopen();
    expect(await store.held(BOB, 1, 55)).toEqual([held(5), held(7, { text: 'changed' }), held(12)]);
    expect(await store.countHeld(BOB)).toBe(5);
    expect(await store.messages(BOB, { limit: 9 })).toEqual([]);
    await store.commit([{ kind: 'delete-held', account: BOB, device: 1, chain: 55, counter: 7 }]);
    expect((await store.held(BOB, 1, 55)).map(({ counter }) => counter)).toEqual([5, 12]);
    await store.commit([{ kind: 'delete-chat-messages', chat: BOB }]);
    expect(await store.countHeld(BOB)).toBe(0);
    expect(await store.held(ALICE, 1, 55)).toHaveLength(1);
  });
}
