import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, texts, write } from './world.ts';

describe('a stranger', () => {
  it('makes a request, gets nothing back, and a reply accepts it', async () => {
    const world = createWorld(1);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    const id = await write(alice, bob, 'may I?');
    await world.pass(100);
    expect(await alice.client.waitForCarried(id, 0)).toMatchObject({ state: 'sent', road: 'relay' });
    expect(await alice.client.contact(bob.account)).toMatchObject({ state: 'invited' });
    expect(await bob.client.contact(alice.account)).toMatchObject({ state: 'request', name: 'Alice' });
    expect(await bob.client.takeReceived(undefined, 10)).toMatchObject([
      { fromName: 'Alice', message: { text: 'may I?', request: true, id } },
    ]);
    expect(bob.events.map(({ event }) => event)).toContain('request');
    expect(await bob.store.receiptsDue(Number.MAX_SAFE_INTEGER)).toEqual([]);

    await world.pass(60_000);
    expect(world.network.delivered.filter(({ to }) => to === alice.account)).toEqual([]);

    await write(bob, alice, 'yes');
    await world.pass(100);
    expect(await alice.client.contact(bob.account)).toMatchObject({ state: 'accepted', name: 'Bob' });
    expect(await texts(alice, bob)).toEqual(['yes']);
    await world.pass(20_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered', road: 'relay' });
    // Whoever hears of it forgets what was told before.
    expect(alice.events).toContainEqual(
      expect.objectContaining({ event: 'message-state', state: 'delivered', road: 'relay' }),
    );
    expect(await bob.client.messages(alice.account, { limit: 9 })).toMatchObject([
      { text: 'yes', state: 'delivered' },
      { text: 'may I?', request: false },
    ]);
  });

  it('learns of an acceptance without a reply, and is written to with the access key from then on', async () => {
    const world = createWorld(2);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    await write(alice, bob, 'may I?');
    await world.pass(100);
    expect(await bob.client.acceptRequest(alice.account)).toEqual({ outcome: 'done' });
    await world.pass(100);
    expect(await alice.client.contact(bob.account)).toMatchObject({ state: 'accepted', name: 'Bob' });
    expect(await texts(alice, bob)).toEqual([]);
    await write(alice, bob, 'thanks');
    await world.pass(100);
    expect(world.network.delivered.at(-1)).toMatchObject({
      to: bob.account,
      access: 'contact',
      urgent: true,
    });
    await world.pass(20_000);
    expect(world.network.delivered.at(-1)).toMatchObject({
      to: alice.account,
      access: 'contact',
      urgent: false,
    });
  });

  it('whose request is deleted makes a new one', async () => {
    const world = createWorld(3);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    for (const text of ['one', 'two']) await write(alice, bob, text);
    await world.pass(100);
    expect(await bob.client.deleteContact(alice.account)).toEqual({ outcome: 'done' });
    expect(await texts(bob, alice)).toEqual([]);
    await write(alice, bob, 'three');
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['three']);
    expect(await bob.client.contact(alice.account)).toMatchObject({ state: 'request' });
    expect(world.network.delivered.filter(({ to }) => to === alice.account)).toEqual([]);
  });

  it('who is blocked is dropped without a sign, and shown again when unblocked', async () => {
    const world = createWorld(4);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    await write(alice, bob, 'one');
    await world.pass(100);
    await bob.client.block(alice.account);
    for (const text of ['two', 'three']) await write(alice, bob, text);
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['one']);
    expect((await bob.client.status()).refused).toMatchObject({ blocked: 2 });
    expect(await bob.client.send({ to: alice.account, text: 'no' })).toEqual({ outcome: 'blocked' });
    await bob.client.unblock(alice.account);
    await write(alice, bob, 'four');
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['one', 'four']);
    expect(await bob.client.contact(alice.account)).toMatchObject({ state: 'request' });
  });

  it('cannot fill the disk: a request holds a bounded number of messages', async () => {
    const world = createWorld(5);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    for (let count = 0; count < 210; count++) await write(alice, bob, `${count}`);
    await world.pass(1_000);
    expect(await texts(bob, alice)).toHaveLength(200);
    expect((await bob.client.status()).refused).toMatchObject({ 'too-many-requests': 10 });
  });
});

describe('two contacts', () => {
  it('get one receipt for a burst, 5 to 15 seconds later, and none for what is invisible', async () => {
    const world = createWorld(6);
    const { alice, bob } = await makeFriends(world);
    const before = world.network.delivered.length;
    const ids = [await write(alice, bob, 'a'), await write(alice, bob, 'b'), await write(alice, bob, 'c')];
    await world.pass(4_900);
    const toAlice = () => world.network.delivered.slice(before).filter(({ to }) => to === alice.account);
    expect(toAlice()).toEqual([]);
    await world.pass(10_300);
    expect(toAlice()).toHaveLength(1);
    for (const id of ids) expect(await alice.client.message(id)).toMatchObject({ state: 'delivered' });
    await world.pass(120_000);
    expect(world.network.delivered.slice(before)).toHaveLength(4);
  });

  it('get a burst read without a look at all that is owed for each of it', async () => {
    const world = createWorld(14);
    const { alice, bob } = await makeFriends(world);
    const { receiptsDue } = bob.store;
    let looks = 0;
    bob.store.receiptsDue = (time) => {
      looks++;
      return receiptsDue(time);
    };
    for (let count = 0; count < 30; count++) await write(alice, bob, `burst ${count}`);
    await world.pass(100);
    expect(await texts(bob, alice)).toHaveLength(31);
    expect(looks).toBeLessThanOrEqual(2);
    await world.pass(20_000);
    expect(await receiptsDue(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('get receipts after pauses that tell nothing', async () => {
    const world = createWorld(12);
    const { alice, bob } = await makeFriends(world);
    const pauses: number[] = [];
    for (let round = 0; round < 25; round++) {
      const count = world.network.delivered.length;
      await write(alice, bob, `${round}`);
      await world.pass(0);
      const from = world.clock.now();
      while (world.network.delivered.length < count + 2) await world.clock.next();
      pauses.push(world.clock.now() - from);
    }
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15_100);
    expect(new Set(pauses).size).toBeGreaterThan(20);
  });

  it('leave no loose work behind when closed in the middle of it', async () => {
    const world = createWorld(13);
    const { alice, bob } = await makeFriends(world);
    await write(alice, bob, 'going');
    await alice.client.close();
    const { commits } = alice.store;
    const timers = world.clock.pending;
    await world.pass(60_000);
    expect(alice.store.commits).toBe(commits);
    expect(world.clock.pending).toBeLessThanOrEqual(timers);
    await alice.rise();
    await world.pass(60_000);
    expect((await texts(bob, alice)).filter((text) => text === 'going')).toHaveLength(1);
  });

  it('find each other by name, and an ambiguous name is refused', async () => {
    const world = createWorld(7);
    const { alice, bob } = await makeFriends(world);
    expect(await alice.client.findContact('bOB')).toMatchObject({ outcome: 'found', account: bob.account });
    expect(await alice.client.findContact('nobody')).toEqual({ outcome: 'unknown' });
    expect(await alice.client.findContact('05abc'.padEnd(65, 'f'))).toMatchObject({ outcome: 'malformed' });
    const carol = await world.join('Bob');
    await alice.client.addContact(carol.account);
    await write(carol, alice, 'me too');
    await world.pass(100);
    expect(await alice.client.send({ to: 'Bob', text: 'which?' })).toMatchObject({
      outcome: 'ambiguous-recipient',
    });
    await alice.client.nameContact(carol.account, ' Carol\n ');
    expect(await alice.client.send({ to: 'carol', text: 'you' })).toMatchObject({ to: carol.account });
    expect(await alice.client.safetyNumber(bob.account)).toBe(await bob.client.safetyNumber(alice.account));
  });

  it('are refused what cannot be sent', async () => {
    const world = createWorld(8);
    const { alice, bob } = await makeFriends(world);
    const send = (text: string, to = bob.account) => alice.client.send({ to, text });
    expect(await send(' \n')).toEqual({ outcome: 'empty' });
    expect(await send('ä'.repeat(40_000))).toEqual({ outcome: 'too-long', length: 80_000, limit: 65_536 });
    expect(await send('me', alice.account)).toEqual({ outcome: 'yourself' });
    expect(await send('x', `04${'0'.repeat(64)}`)).toMatchObject({ outcome: 'bad-recipient' });
    expect((await send('ä'.repeat(15_000))).outcome).toBe('written');
    await world.pass(100);
    expect((await texts(bob, alice)).at(-1)).toHaveLength(15_000);
  });

  it('keep a durable cursor of what was printed', async () => {
    const world = createWorld(9);
    const { alice, bob } = await makeFriends(world);
    for (const text of ['a', 'b', 'c']) await write(alice, bob, text);
    await world.pass(100);
    const taken = await bob.client.takeReceived(undefined, 3);
    expect(taken.map(({ message }) => message.text)).toEqual(['hello', 'a', 'b']);
    await bob.client.markReceived(taken.at(-1)?.message.sequence ?? 0);
    await bob.client.markReceived(1);
    bob.die();
    await bob.rise();
    expect((await bob.client.takeReceived(undefined, 3)).map(({ message }) => message.text)).toEqual(['c']);
  });

  it('settle when everything that waited is here', async () => {
    const world = createWorld(10);
    const { alice, bob } = await makeFriends(world);
    bob.die();
    await write(alice, bob, 'while you were out');
    await world.pass(1_000);
    await bob.rise();
    const settled = bob.client.settled();
    await world.pass(1_000);
    await settled;
    expect((await texts(bob, alice)).at(-1)).toBe('while you were out');
    expect((await bob.client.status()).roads).toEqual([
      { road: 'relay', state: 'up', drained: true, health: 'healthy' },
    ]);
  });

  it('see a gap after 30 seconds, once, and what comes late after all', async () => {
    const world = createWorld(11);
    const { alice, bob } = await makeFriends(world);
    bob.die();
    for (const text of ['one', 'lost', 'three', 'four']) await write(alice, bob, text);
    await world.pass(1_000);
    const kept = world.network.accounts.get(bob.account);
    const [lost] = kept?.queue.splice(1, 1) ?? [];
    await bob.rise();
    await world.pass(29_000);
    expect((await texts(bob, alice)).slice(1)).toEqual(['one']);
    expect(await bob.client.takeReceived(undefined, 10)).toHaveLength(2);
    bob.die();
    await bob.rise();
    await world.pass(3_000);
    expect((await texts(bob, alice)).slice(1)).toEqual(['one', '(1 missing)', 'three', 'four']);
    const taken = await bob.client.takeReceived(undefined, 10);
    expect(taken.map(({ message }) => message.text)).toEqual(['hello', 'one', '1', 'three', 'four']);
    if (lost === undefined) throw new Error('nothing was lost');
    world.network.inject(bob.account, lost.sealed);
    await world.pass(120_000);
    expect((await texts(bob, alice)).slice(1)).toEqual(['one', '(1 missing)', 'three', 'four', 'lost']);
  });
});
