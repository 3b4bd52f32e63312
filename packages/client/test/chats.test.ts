import { describe, expect, it } from 'vitest';
import type { ClientEvent, MessageId } from '../src/index.ts';
import { createWorld, makeFriends, type Person, write } from './world.ts';

const eventsOf = <Kind extends ClientEvent['event']>(person: Person, kind: Kind) =>
  person.events.filter((event): event is Extract<ClientEvent, { event: Kind }> => event.event === kind);

async function chatOf(person: Person, other: Person) {
  const chat = await person.client.chat(other.account);
  if (chat === undefined) throw new Error('no chat');
  return chat;
}

describe('the list of chats', () => {
  it('shows the newest line, what is unread, requests too, by activity and in pages', async () => {
    const world = createWorld(101);
    const { alice, bob } = await makeFriends(world);
    const carol = await world.join('Carol');
    await write(carol, alice, 'may I?');
    await world.pass(1_000);
    await write(bob, alice, 'one');
    await world.pass(1_000);
    const { chats } = await alice.client.chats({ limit: 10 });
    expect(chats).toMatchObject([
      { contact: { displayName: 'Bob' }, last: { text: 'one', direction: 'in' }, unread: 2, readThrough: 0 },
      { contact: { displayName: 'Carol', state: 'request' }, last: { text: 'may I?' }, unread: 1 },
    ]);
    const first = await alice.client.chats({ limit: 1 });
    expect(first).toEqual({ chats: [chats[0]], next: 1 });
    expect(await alice.client.chats({ from: 1, limit: 1 })).toEqual({ chats: [chats[1]] });
  });

  it('keeps drafts, of people who are contacts and not too long', async () => {
    const world = createWorld(102);
    const { alice, bob } = await makeFriends(world);
    expect(await alice.client.keepDraft(bob.account, 'half')).toEqual({ outcome: 'kept' });
    alice.die();
    await alice.rise();
    expect(await chatOf(alice, bob)).toMatchObject({ draft: 'half' });
    await alice.client.keepDraft(bob.account, '');
    expect(await chatOf(alice, bob)).not.toHaveProperty('draft');
    expect(await alice.client.keepDraft(alice.account, 'x')).toEqual({ outcome: 'unknown-contact' });
    const long = await alice.client.keepDraft(bob.account, 'x'.repeat(70_000));
    expect(long).toMatchObject({ outcome: 'too-long' });
  });
});

describe('a page of a chat', () => {
  it('is the newest, those before or after a line, or those around it', async () => {
    const world = createWorld(103);
    const { alice, bob } = await makeFriends(world);
    for (let count = 1; count <= 20; count++) await write(alice, bob, `${count}`);
    const page = async (request: Parameters<Person['client']['chatPage']>[1]) => {
      const { items, hasBefore, hasAfter } = await alice.client.chatPage(bob.account, request);
      return [items.map(({ text }) => text).join(' '), hasBefore, hasAfter];
    };
    const { items } = await alice.client.chatPage(bob.account, { limit: 200 });
    const sequenceOf = (text: string) => items.find((item) => item.text === text)?.sequence ?? 0;
    expect(items.map(({ text }) => text).slice(0, 3)).toEqual(['hello', 'hello back', '1']);
    expect(await page({ limit: 3 })).toEqual(['18 19 20', true, false]);
    expect(await page({ limit: 3, before: sequenceOf('18') })).toEqual(['15 16 17', true, true]);
    expect(await page({ limit: 3, before: sequenceOf('1') })).toEqual(['hello hello back', false, true]);
    expect(await page({ limit: 3, after: sequenceOf('18') })).toEqual(['19 20', true, false]);
    expect(await page({ limit: 3, after: 0 })).toEqual(['hello hello back 1', false, true]);
    expect(await page({ limit: 5, around: sequenceOf('10') })).toEqual(['8 9 10 11 12', true, true]);
    expect(await page({ limit: 5, around: sequenceOf('20') })).toEqual(['16 17 18 19 20', true, false]);
    expect(await page({ limit: 4, around: sequenceOf('hello') })).toEqual([
      'hello hello back 1 2',
      false,
      true,
    ]);
    expect(await page({ limit: 200, around: sequenceOf('3') })).toMatchObject([
      expect.any(String),
      false,
      false,
    ]);
  });

  it('grows by one line for each text of either side', async () => {
    const world = createWorld(104);
    const { alice, bob } = await makeFriends(world);
    const before = eventsOf(alice, 'item').length;
    const id = await write(alice, bob, 'mine');
    await world.pass(100);
    await write(bob, alice, 'theirs');
    await world.pass(100);
    expect(eventsOf(alice, 'item').slice(before)).toMatchObject([
      { message: { id, text: 'mine', direction: 'out', state: 'queued' } },
      { message: { text: 'theirs', direction: 'in' } },
    ]);
  });
});

describe('what was read', () => {
  async function readers(seed: number, wishes: { alice: boolean; bob: boolean }) {
    const world = createWorld(seed);
    const { alice, bob } = await makeFriends(world);
    await alice.client.changePreferences({ readReceipts: wishes.alice });
    await bob.client.changePreferences({ readReceipts: wishes.bob });
    await bob.client.markRead(alice.account, Number.MAX_SAFE_INTEGER);
    await world.pass(60_000);
    return { world, alice, bob, stateOf: async (id: MessageId) => (await alice.client.message(id))?.state };
  }

  it('is durable, never goes back and never ahead of what there is', async () => {
    const { world, alice, bob } = await readers(105, { alice: false, bob: false });
    for (const text of ['a', 'b', 'c']) await write(alice, bob, text);
    await world.pass(1_000);
    const { items } = await bob.client.chatPage(alice.account, { limit: 3 });
    const [a, b, c] = items.map(({ sequence }) => sequence);
    expect((await chatOf(bob, alice)).unread).toBe(3);
    const marked = await bob.client.markRead(alice.account, b ?? 0);
    expect(marked).toMatchObject({ outcome: 'marked', chat: { unread: 1, readThrough: b } });
    await bob.client.markRead(alice.account, a ?? 0);
    bob.die();
    await bob.rise();
    expect(await chatOf(bob, alice)).toMatchObject({ unread: 1, readThrough: b });
    await bob.client.markRead(alice.account, 1_000_000);
    expect(await chatOf(bob, alice)).toMatchObject({ unread: 0, readThrough: c });
    expect(eventsOf(bob, 'chat-read').slice(-2)).toEqual([
      { event: 'chat-read', chat: alice.account, unread: 1, readThrough: b },
      { event: 'chat-read', chat: alice.account, unread: 0, readThrough: c },
    ]);
    await world.pass(60_000);
    const states = await Promise.all(items.map(async ({ id }) => (await alice.client.message(id))?.state));
    expect(states).toEqual(['delivered', 'delivered', 'delivered']);
    expect(await bob.client.markRead(bob.account, 1)).toEqual({ outcome: 'unknown-contact' });
  });

  it('is told where both sides want it: one receipt, later, that says arrived and read', async () => {
    const { world, alice, bob, stateOf } = await readers(106, { alice: true, bob: true });
    const ids = [await write(alice, bob, 'a'), await write(alice, bob, 'b')];
    await world.pass(1_000);
    const before = world.network.delivered.length;
    await bob.client.markRead(alice.account, Number.MAX_SAFE_INTEGER);
    await world.pass(3_000);
    expect(world.network.delivered).toHaveLength(before);
    await world.pass(20_000);
    expect(world.network.delivered).toHaveLength(before + 1);
    expect(world.network.delivered.at(-1)).toMatchObject({
      to: alice.account,
      access: 'contact',
      urgent: false,
    });
    expect(await Promise.all(ids.map(stateOf))).toEqual(['read', 'read']);
    await world.pass(60_000);
    expect(world.network.delivered).toHaveLength(before + 1);
  });

  it.each([
    ['the reader', { alice: true, bob: false }],
    ['the writer', { alice: false, bob: true }],
  ])('is not shown where %s does not want it', async (_, wishes) => {
    const { world, alice, bob, stateOf } = await readers(107, wishes);
    const id = await write(alice, bob, 'a');
    await world.pass(1_000);
    await bob.client.markRead(alice.account, Number.MAX_SAFE_INTEGER);
    await world.pass(30_000);
    expect(await stateOf(id)).toBe('delivered');
  });

  it('is not told any more when the reader has thought better of it meanwhile', async () => {
    const { world, alice, bob, stateOf } = await readers(108, { alice: true, bob: true });
    const id = await write(alice, bob, 'a');
    await world.pass(1_000);
    await bob.client.markRead(alice.account, Number.MAX_SAFE_INTEGER);
    await bob.client.changePreferences({ readReceipts: false });
    await world.pass(30_000);
    expect(await stateOf(id)).toBe('delivered');
  });

  it('of a request, or of somebody who is blocked, is told to nobody', async () => {
    const world = createWorld(109);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    await bob.client.changePreferences({ readReceipts: true });
    await write(alice, bob, 'may I?');
    await world.pass(1_000);
    await bob.client.markRead(alice.account, Number.MAX_SAFE_INTEGER);
    expect(await chatOf(bob, alice)).toMatchObject({ unread: 0 });
    expect(await bob.store.receiptsDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
    await bob.client.acceptRequest(alice.account);
    const kinds = (await bob.store.receiptsDue(Number.MAX_SAFE_INTEGER)).map(({ kind }) => kind);
    expect(kinds).toEqual(['delivery']);
  });

  it('stays read when an old delivery receipt comes after it', async () => {
    const { world, alice, bob, stateOf } = await readers(110, { alice: true, bob: true });
    const id = await write(alice, bob, 'a');
    await world.pass(1_000);
    await bob.client.markRead(alice.account, Number.MAX_SAFE_INTEGER);
    await world.pass(30_000);
    await bob.store.commit([
      { kind: 'put-receipt', receipt: { kind: 'delivery', to: alice.account, message: id, dueAt: 0 } },
    ]);
    bob.die();
    await bob.rise();
    await world.pass(30_000);
    expect(await bob.store.receiptsDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(await stateOf(id)).toBe('read');
  });
});

describe('forgetting here', () => {
  it('one message, also one that waits, leaves no gap at the other end', async () => {
    const world = createWorld(111);
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    await world.pass(100);
    const ids = [
      await write(alice, bob, 'keep'),
      await write(alice, bob, 'drop'),
      await write(alice, bob, 'too'),
    ];
    for (const id of ids.slice(1).reverse()) {
      expect(await alice.client.deleteMessage(id)).toEqual({ outcome: 'deleted' });
    }
    await write(alice, bob, 'after');
    world.network.setDown(false);
    await world.pass(90_000);
    const { items } = await bob.client.chatPage(alice.account, { limit: 9 });
    expect(items.map(({ text }) => text)).toEqual(['hello', 'hello back', 'keep', 'after']);
    expect(eventsOf(alice, 'item-gone')).toHaveLength(2);
    expect(await alice.client.deleteMessage(ids[1] as MessageId)).toEqual({ outcome: 'unknown-message' });
    expect((await alice.client.status()).queued).toBe(0);
  });

  it('a chat keeps the contact, its road and the draft, and carries nothing of it any more', async () => {
    const world = createWorld(112);
    const { alice, bob } = await makeFriends(world);
    await alice.client.keepDraft(bob.account, 'half');
    await write(bob, alice, 'unread');
    await world.pass(30_000);
    world.network.setDown(true);
    await world.pass(100);
    await write(alice, bob, 'never');
    expect(await alice.client.clearChat(bob.account)).toEqual({ outcome: 'cleared' });
    expect(await chatOf(alice, bob)).toMatchObject({
      unread: 0,
      draft: 'half',
      contact: { state: 'accepted' },
    });
    expect(await chatOf(alice, bob)).not.toHaveProperty('last');
    expect(eventsOf(alice, 'item-gone').at(-1)).toEqual({ event: 'item-gone', chat: bob.account });
    world.network.setDown(false);
    await world.pass(60_000);
    await write(alice, bob, 'next');
    await world.pass(60_000);
    const { items } = await bob.client.chatPage(alice.account, { limit: 9 });
    expect(items.map(({ text }) => text)).toEqual(['hello', 'hello back', 'unread', 'next']);
    expect(await alice.client.clearChat(alice.account)).toEqual({ outcome: 'unknown-contact' });
  });
});

describe('a text that failed', () => {
  async function failing(seed: number) {
    const world = createWorld(seed);
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    await world.pass(100);
    const id = await write(alice, bob, 'late');
    for (const person of [alice, bob]) person.die();
    await world.pass(15 * 24 * 60 * 60_000);
    for (const person of [alice, bob]) await person.rise();
    await world.pass(100);
    expect(await alice.client.message(id)).toMatchObject({ state: 'failed' });
    return { world, alice, bob, id };
  }

  it('is carried again as the same message, in its place, and shown once', async () => {
    const { world, alice, bob, id } = await failing(113);
    const before = await alice.client.message(id);
    const retried = await alice.client.retryMessage(id);
    expect(retried).toMatchObject({
      outcome: 'queued',
      message: { id, state: 'queued', sequence: before?.sequence },
    });
    expect(await alice.client.message(id)).not.toHaveProperty('problem');
    await write(alice, bob, 'after');
    world.network.setDown(false);
    await world.pass(120_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered' });
    const { items } = await bob.client.chatPage(alice.account, { limit: 9 });
    expect(items.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'text hello',
      'text hello back',
      'text late',
      'text after',
    ]);
    expect(await alice.client.retryMessage(id)).toMatchObject({ outcome: 'not-possible' });
  });

  it('comes late but is no loss when others went before it', async () => {
    const { world, alice, bob, id } = await failing(114);
    world.network.setDown(false);
    await world.pass(60_000);
    await write(alice, bob, 'overtakes');
    await world.pass(60_000);
    await alice.client.retryMessage(id);
    await world.pass(60_000);
    const { items } = await bob.client.chatPage(alice.account, { limit: 9 });
    expect(items.map(({ kind, text }) => `${kind} ${text}`).slice(2)).toEqual([
      'gap 1',
      'text overtakes',
      'text late',
    ]);
    expect(eventsOf(bob, 'message').filter((event) => event.message.text === 'late')).toHaveLength(1);
  });

  it('is not carried to somebody who is blocked, nor when it is unknown', async () => {
    const { alice, bob, id } = await failing(115);
    await alice.client.block(bob.account);
    expect(await alice.client.retryMessage(id)).toMatchObject({ outcome: 'not-possible' });
    expect(await alice.client.retryMessage({ ...id, sentAt: 5 })).toEqual({ outcome: 'unknown-message' });
    await alice.client.deleteMessage(id);
    expect(await alice.store.failedText(id)).toBeUndefined();
  });
});
