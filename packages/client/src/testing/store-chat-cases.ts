import { expect, it } from 'vitest';
import type { ClientStore, StoreChange } from '../ports/store.ts';
import { termsOf } from '../search/matches.ts';
import { ALICE, BOB, bytes, CONTACT, id, message } from './store-fixtures.ts';

/** What a store promises of chats, of search and of what the user has chosen. */
export function chatCases(current: () => ClientStore): void {
  const put = (sentAt: number, more: Parameters<typeof message>[1] = {}): StoreChange => ({
    kind: 'put-message',
    message: message(sentAt, more),
  });
  const found = async (text: string, more: { chat?: string; before?: number; limit?: number } = {}) =>
    (await current().searchMessages({ terms: termsOf(text), limit: 10, ...more })).map((row) => row.text);

  it('lists chats by activity and counts what was not read', async () => {
    const store = current();
    const other = { ...CONTACT, account: ALICE, addedAt: 1_000 };
    await store.commit([
      { kind: 'put-contact', contact: CONTACT },
      { kind: 'put-contact', contact: other },
      put(1, { receivedAt: 500 }),
      put(2, { id: id(2), direction: 'out', state: 'sent' }),
      put(3, { kind: 'gap', text: '2', receivedAt: 600 }),
      put(4, { receivedAt: 700 }),
    ]);
    const [first, second] = await store.chats({ from: 0, limit: 9 });
    expect(first).toEqual({ contact: other, unread: 0, readThrough: 0, activeAt: 1_000 });
    expect(second).toMatchObject({ last: { id: id(4, BOB) }, unread: 2, readThrough: 0, activeAt: 700 });
    expect(await store.chats({ from: 1, limit: 9 })).toEqual([second]);
    await store.commit([put(5, { receivedAt: 2_000 })]);
    expect((await store.chats({ from: 0, limit: 1 }))[0]).toMatchObject({ contact: CONTACT, unread: 3 });
  });

  it('never goes back in what was read, and counts anew when something is deleted', async () => {
    const store = current();
    await store.commit([{ kind: 'put-contact', contact: CONTACT }, put(1), put(2), put(3)]);
    const sequences = (await store.messages(BOB, { limit: 9 })).map(({ sequence }) => sequence).reverse();
    const through = sequences[1] ?? 0;
    await store.commit([
      { kind: 'put-read', chat: BOB, through },
      { kind: 'put-read', chat: BOB, through: 1 },
      { kind: 'put-draft', chat: BOB, text: 'half a' },
    ]);
    expect(await store.chat(BOB)).toMatchObject({ unread: 1, readThrough: through, draft: 'half a' });
    expect(await store.incomingTexts(BOB, { after: 0, through, limit: 9 })).toEqual([id(2, BOB), id(1, BOB)]);
    await store.commit([
      { kind: 'delete-message', id: id(3, BOB) },
      { kind: 'put-draft', chat: BOB, text: '' },
    ]);
    expect(await store.chat(BOB)).toMatchObject({ unread: 0, last: { id: id(2, BOB) } });
    expect(await store.chat(BOB)).not.toHaveProperty('draft');
    await store.commit([{ kind: 'clear-chat', chat: BOB }]);
    expect(await store.chat(BOB)).toEqual({
      contact: CONTACT,
      unread: 0,
      readThrough: through,
      activeAt: CONTACT.addedAt,
    });
    await store.commit([put(4)]);
    expect(await store.chat(BOB)).toMatchObject({ unread: 1 });
    const newest = (await store.chat(BOB))?.last?.sequence ?? 0;
    await store.commit([{ kind: 'put-read', chat: BOB, through: newest + 1 }, put(5), put(6)]);
    expect(await store.chat(BOB)).toMatchObject({ unread: 1, last: { id: id(6, BOB) } });
    await store.commit([{ kind: 'delete-chat-messages', chat: BOB }]);
    expect(await store.chat(BOB)).toMatchObject({ readThrough: 0 });
    expect(await store.chat(ALICE)).toBeUndefined();
  });

  it('reads a chat from any place in both directions', async () => {
    const store = current();
    await store.commit([1, 2, 3, 4].map((at) => put(at)));
    const [, second] = (await store.messages(BOB, { limit: 9 })).toReversed();
    const after = await store.messagesAfter(BOB, { limit: 1, after: second?.sequence ?? 0 });
    expect(after.map((row) => row.id.sentAt)).toEqual([3]);
  });

  it('finds texts by beginnings of words in any script, and takes nothing for a command', async () => {
    const store = current();
    await store.commit([
      put(1, { text: 'Der Müller mahlt' }),
      put(2, { text: 'Straße nach 東京駅' }),
      put(3, { text: 'السَّلام عليكم' }),
      put(4, { text: 'see you (words : OR) at example.com', chat: ALICE }),
      put(5, { text: '3', kind: 'gap' }),
      put(6, { text: 'พบกันพรุ่งนี้' }),
    ]);
    expect(await found('mull')).toEqual(['Der Müller mahlt']);
    expect(await found('MÜL mah')).toEqual(['Der Müller mahlt']);
    expect(await found('ahlt')).toEqual([]);
    expect(await found('strass 京駅')).toEqual(['Straße nach 東京駅']);
    expect(await found('駅京')).toEqual([]);
    expect(await found('السلا')).toEqual(['السَّلام عليكم']);
    expect(await found('พรุ่ง')).toEqual(['พบกันพรุ่งนี้']);
    expect(await found('example.c')).toHaveLength(1);
    expect(await found('3')).toEqual([]);
    expect(await found('e', { chat: BOB })).toEqual([]);
    expect(await found('e', { chat: ALICE })).toHaveLength(1);
    expect(await found(BOB)).toEqual([]);
    for (const text of ['words : (', '" OR "', 'OR', 'a* NOT b', '^see', '-', '{chat}: x', "'; --", '\0']) {
      expect(Array.isArray(await found(text))).toBe(true);
    }
    // Nor would it be if it came without having been made into words.
    const raw = [['x" OR "see'], ['see']];
    expect(await store.searchMessages({ terms: raw, limit: 9 })).toEqual([]);
    expect(await found('')).toEqual([]);
  });

  it('finds the newest first, page by page, and nothing that is gone or has other words now', async () => {
    const store = current();
    await store.commit([1, 2, 3, 4].map((at) => put(at, { text: `apple ${at}` })));
    expect(await found('app', { limit: 2 })).toEqual(['apple 4', 'apple 3']);
    const third = await store.message(id(3, BOB));
    expect(await found('app', { before: third?.sequence ?? 0 })).toEqual(['apple 2', 'apple 1']);
    await store.commit([
      put(1, { text: 'apple 1', state: 'failed' }),
      put(2, { text: 'pear' }),
      { kind: 'delete-message', id: id(4, BOB) },
    ]);
    expect(await found('app')).toEqual(['apple 3', 'apple 1']);
    expect(await found('pear')).toEqual(['pear']);
    await store.commit([{ kind: 'delete-chat-messages', chat: BOB }]);
    expect(await found('app')).toEqual([]);
  });

  it('keeps what failed until its message is gone, and what was chosen', async () => {
    const store = current();
    const failed = (sentAt: number) => ({ message: id(sentAt), to: BOB, content: bytes(9, sentAt) });
    await store.commit([1, 2, 3].map((at) => ({ kind: 'put-failed', failed: failed(at) })));
    expect(await store.failedText(id(2))).toEqual(failed(2));
    await store.commit([
      { kind: 'delete-failed', message: id(1) },
      { kind: 'delete-message', id: id(2) },
    ]);
    expect([await store.failedText(id(1)), await store.failedText(id(2))]).toEqual([undefined, undefined]);
    await store.commit([{ kind: 'clear-chat', chat: BOB }]);
    expect(await store.failedText(id(3))).toBeUndefined();
    expect(await store.preferences()).toBeUndefined();
    const preferences = {
      readReceipts: true,
      typing: false,
      relayAccess: 'onion',
      screen: '{"a":1}',
    } as const;
    await store.commit([{ kind: 'put-preferences', preferences }]);
    expect(await store.preferences()).toEqual(preferences);
  });
}
