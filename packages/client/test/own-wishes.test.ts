import { parseContactLink } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, NETWORK, newcomer, write } from './world.ts';

describe('preferences', () => {
  it('are off at first, kept, told, and there before there is an account', async () => {
    const world = createWorld(301);
    const { client, store, person } = newcomer(world);
    expect(await client.preferences()).toEqual({
      ...{ readReceipts: false, typing: false, relayAccess: 'direct', screen: '' },
    });
    expect(await client.changePreferences({ screen: '{"language":"ar"}' })).toMatchObject({
      outcome: 'changed',
    });
    const making = client.createAccount({ name: 'Dora', network: NETWORK });
    await world.pass(20_000);
    expect(await making).toMatchObject({ outcome: 'created' });
    await client.changePreferences({ typing: true });
    const wanted = { readReceipts: false, typing: true, relayAccess: 'direct', screen: '{"language":"ar"}' };
    expect(await client.preferences()).toEqual(wanted);
    expect(await store.preferences()).toEqual(wanted);
    expect(person.events.at(-1)).toEqual({ event: 'preferences', preferences: wanted });
    const much = await client.changePreferences({ screen: 'ä'.repeat(4_097) });
    expect(much).toEqual({ outcome: 'too-long', limit: 8_192 });
  });
});

describe('another name for oneself', () => {
  it('is told to accepted contacts with the next message, once', async () => {
    const world = createWorld(302);
    const { alice, bob } = await makeFriends(world);
    await write(alice, bob, 'as Alice');
    await world.pass(60_000);
    expect((await alice.store.contact(bob.account))?.knowsProfileKey).toBe(true);
    const before = world.network.delivered.length;
    expect(await alice.client.rename('  Alicia ')).toMatchObject({
      outcome: 'renamed',
      account: { name: 'Alicia' },
    });
    await world.pass(60_000);
    expect(world.network.delivered).toHaveLength(before);
    expect(await bob.client.contact(alice.account)).toMatchObject({ name: 'Alice' });
    await write(alice, bob, 'hi');
    await world.pass(60_000);
    expect(await bob.client.contact(alice.account)).toMatchObject({ name: 'Alicia' });
    expect(bob.events).toContainEqual(
      expect.objectContaining({ event: 'contact', contact: expect.objectContaining({ name: 'Alicia' }) }),
    );
    expect((await alice.store.contact(bob.account))?.knowsProfileKey).toBe(true);
  });

  it('is told although a message with the old one was on its way', async () => {
    const world = createWorld(303);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    await bob.client.addContact(alice.account);
    await write(bob, alice, 'hello');
    await world.pass(1_000);
    world.network.setDown(true);
    await world.pass(100);
    await write(alice, bob, 'as Alice');
    await alice.client.rename('Alicia');
    world.network.setDown(false);
    await world.pass(60_000);
    expect(await bob.client.contact(alice.account)).toMatchObject({ name: 'Alice' });
    await write(alice, bob, 'as Alicia');
    await world.pass(60_000);
    expect(await bob.client.contact(alice.account)).toMatchObject({ name: 'Alicia' });
  });

  it('has to be one, and needs an account', async () => {
    const world = createWorld(304);
    const { alice } = await makeFriends(world);
    expect(await alice.client.rename('  ')).toMatchObject({ outcome: 'bad-name' });
    expect(await newcomer(world).client.rename('x')).toEqual({ outcome: 'no-account' });
  });
});

describe('what is known of a contact', () => {
  it('is a link with their own name, their devices, and codes that match across', async () => {
    const world = createWorld(305);
    const { alice, bob } = await makeFriends(world);
    await alice.client.nameContact(bob.account, 'secret nickname');
    const link = (await alice.client.contactLink(bob.account)) ?? '';
    expect(parseContactLink(link).name).toBe('Bob');
    expect(parseContactLink((await alice.client.showAccount())?.link ?? '').name).toBe('Alice');
    const devices = await alice.client.devicesOf(bob.account);
    expect(devices).toEqual([
      { device: 1, registrationId: expect.any(Number), key: expect.stringMatching(/^[0-9a-f]{16}$/) },
    ]);
    const [ours, theirs] = [await alice.client.safety(bob.account), await bob.client.safety(alice.account)];
    expect(ours?.digits).toBe(theirs?.digits);
    expect(ours?.digits).toBe(await alice.client.safetyNumber(bob.account));
    if (ours === undefined || theirs === undefined) throw new Error('no code');
    expect(await alice.client.compareSafetyCode(bob.account, theirs.code)).toBe('match');
    expect(await alice.client.compareSafetyCode(bob.account, ours.code)).toBe('mismatch');
    expect(await alice.client.compareSafetyCode(bob.account, new Uint8Array(3))).toBe('malformed');
    const nobody = alice.account;
    expect([await alice.client.devicesOf(nobody), await alice.client.contactLink(nobody)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await alice.client.compareSafetyCode(nobody, ours.code)).toBeUndefined();
  });
});

describe('erasing here only', () => {
  it('leaves the account where it is, for its words to bring back', async () => {
    const world = createWorld(306);
    const { alice, bob } = await makeFriends(world);
    const words = (await alice.client.showAccount({ phrase: true }))?.words ?? '';
    expect(await alice.client.deleteAccount({ hereOnly: true })).toEqual({ outcome: 'deleted' });
    expect(await alice.store.account()).toBeUndefined();
    expect(world.network.asked.filter(({ operation }) => operation === 'leave')).toEqual([]);
    const restoring = alice.client.restoreAccount({ words, name: 'Alice', network: NETWORK });
    await world.pass(20_000);
    expect(await restoring).toMatchObject({ outcome: 'restored', account: { account: alice.account } });
    await write(bob, alice, 'still there?');
    await world.pass(60_000);
    expect((await alice.client.chats({ limit: 9 })).chats).toMatchObject([
      { last: { text: 'still there?' } },
    ]);
  });
});

describe('searching', () => {
  it('finds contacts by names, ID or link, and texts with the places of the words', async () => {
    const world = createWorld(307);
    const { alice, bob } = await makeFriends(world);
    await alice.client.nameContact(bob.account, 'Jürgen Groß');
    await write(alice, bob, 'Wir sehen uns beim Bäcker, Jürgen');
    await write(bob, alice, 'beim Bäcker?');
    await world.pass(1_000);
    const search = (text: string, more = {}) => alice.client.search({ text, limit: 10, ...more });
    const first = await search('jurg');
    expect(first.contacts.map(({ account }) => account)).toEqual([bob.account]);
    expect(first.messages).toMatchObject([{ chatName: 'Jürgen Groß', matches: [[27, 33 - 2]] }]);
    const { messages, more } = await search('backer BEIM', { limit: 1 });
    expect(messages).toMatchObject([
      {
        message: { text: 'beim Bäcker?' },
        matches: [
          [0, 4],
          [5, 11],
        ],
      },
    ]);
    expect(more).toBe(true);
    const older = await search('backer', { before: messages[0]?.message.sequence });
    expect([older.contacts, older.messages.length, older.more]).toEqual([[], 1, false]);
    expect((await search('bob')).contacts).toHaveLength(1);
    expect((await search(bob.account.slice(0, 12))).contacts).toHaveLength(1);
    expect((await search((await alice.client.contactLink(bob.account)) ?? '')).contacts).toHaveLength(1);
    expect((await search('05')).contacts).toEqual([]);
    expect(await search('" OR (')).toMatchObject({ contacts: [], messages: [] });
    expect(await search('bob', { chat: bob.account })).toEqual({ contacts: [], messages: [], more: false });
  });
});
