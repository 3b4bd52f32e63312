import { formatNetwork } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import type { Collector, Road } from '../src/index.ts';
import {
  createWorld,
  leaveOnion,
  makeFriends,
  newcomer,
  type Person,
  texts,
  type World,
  write,
} from './world.ts';

const roadOf = async (person: Person, id: Awaited<ReturnType<typeof write>>) =>
  (await person.client.message(id))?.road;

async function twoRoads(seed: number): Promise<{ world: World; alice: Person; bob: Person }> {
  const world = createWorld(seed, { withOnion: true });
  return { world, ...(await makeFriends(world)) };
}

describe('a chat that may choose', () => {
  it('takes the relay while it is well, goes on by the onion road when it dies, and returns after a minute', async () => {
    const { world, alice, bob } = await twoRoads(1);
    const first = await write(alice, bob, 'by relay');
    await world.pass(1_000);
    expect(await roadOf(alice, first)).toBe('relay');

    world.network.setDown(true);
    const second = await write(alice, bob, 'waits for a moment');
    await world.pass(4_900);
    expect(await alice.client.message(second)).toMatchObject({ state: 'queued' });
    await world.pass(1_000);
    expect(await alice.client.message(second)).toMatchObject({ state: 'sent', road: 'onion', storedOn: 7 });
    expect((await alice.client.status()).roads).toMatchObject([
      { road: 'relay', state: 'connecting', health: 'unhealthy' },
      { road: 'onion', state: 'up', health: 'healthy' },
    ]);
    const third = await write(bob, alice, 'and back');
    await world.pass(30_000);
    expect(await roadOf(bob, third)).toBe('onion');
    expect(await alice.client.message(second)).toMatchObject({ state: 'delivered' });

    world.network.setDown(false);
    await world.pass(50_000);
    const fourth = await write(alice, bob, 'it has to prove itself');
    await world.pass(100);
    expect(await roadOf(alice, fourth)).toBe('onion');
    await world.pass(15_000);
    const fifth = await write(alice, bob, 'it has returned');
    await world.pass(100);
    expect(await roadOf(alice, fifth)).toBe('relay');
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual([
      'hello',
      'by relay',
      'waits for a moment',
      'it has to prove itself',
      'it has returned',
    ]);
    expect(await texts(alice, bob)).toEqual(['hello back', 'and back']);
  });

  it('goes on with the same ratchet message when the relay is silent, and both that arrive are shown once', async () => {
    const { world, alice, bob } = await twoRoads(2);
    world.network.fate = (operation) => (operation === 'deliver' ? 'answer-silent' : 'arrives');
    const before = world.network.delivered.length;
    const id = await write(alice, bob, 'once');
    await world.pass(4_900);
    expect(await alice.client.message(id)).toMatchObject({ state: 'queued' });
    await world.pass(200);
    expect(await alice.client.message(id)).toMatchObject({ state: 'sent', road: 'onion' });
    expect(world.network.delivered.length).toBe(before + 1);
    world.network.fate = () => 'arrives';
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello', 'once']);
    expect((await bob.client.status()).refused).toEqual({ replayed: 1 });
  });

  it('is not kept waiting by one failure, nor taken to the other road for good', async () => {
    const { world, alice, bob } = await twoRoads(3);
    let lost = 1;
    world.network.fate = (operation) => (operation === 'deliver' && lost-- > 0 ? 'lost' : 'arrives');
    const first = await write(alice, bob, 'one');
    await world.pass(100);
    expect(await roadOf(alice, first)).toBe('onion');
    const second = await write(alice, bob, 'two');
    await world.pass(100);
    expect(await roadOf(alice, second)).toBe('relay');
    expect(await texts(bob, alice)).toEqual(['hello', 'one', 'two']);
  });

  it('waits when both roads are down, and takes the first that returns', async () => {
    const { world, alice, bob } = await twoRoads(4);
    world.network.setDown(true);
    world.onion.setDown(true);
    const id = await write(alice, bob, 'patience');
    await world.pass(3_600_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'queued' });
    world.network.setDown(false);
    await world.pass(2_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'sent', road: 'relay' });
    world.onion.setDown(false);
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello', 'patience']);
  });

  it('says how many hold a message while they are too few, and keeps it until there are enough', async () => {
    const { world, alice, bob } = await twoRoads(5);
    await alice.client.setRoad(bob.account, 'onion');
    await world.pass(1_000);
    bob.die();
    world.onion.partly = { storedOn: 3, of: 7 };
    const toBob = () => world.onion.delivered.filter(({ to }) => to === bob.account).length;
    const before = toBob();
    const id = await write(alice, bob, 'too few');
    await world.pass(100);
    const partly = { state: 'queued', storedOn: 3, of: 7, problem: 'too-few-nodes' };
    expect(await alice.client.message(id)).toMatchObject(partly);
    const waited = alice.client.waitForCarried(id, 1_000);
    await world.pass(600_000);
    expect(await waited).toMatchObject({ outcome: 'known', ...partly });
    expect(alice.events).toContainEqual(expect.objectContaining({ event: 'message-state', ...partly }));
    // The same bytes again, so that those who have them keep no second copy.
    expect(toBob()).toBe(before + 1);
    expect(await alice.store.outbox()).toHaveLength(1);

    world.onion.partly = { storedOn: 4, of: 7 };
    await world.pass(3_600_000);
    expect(await alice.client.message(id)).toMatchObject({ ...partly, storedOn: 4 });
    expect(alice.events.at(-1)).toMatchObject({ ...partly, storedOn: 4 });

    world.onion.partly = undefined;
    await bob.rise();
    await world.pass(3_600_000);
    const done = await alice.client.message(id);
    expect(done).toMatchObject({ state: 'delivered', road: 'onion', storedOn: 7 });
    expect(done).not.toHaveProperty('of');
    expect(done).not.toHaveProperty('problem');
    expect(await texts(bob, alice)).toEqual(['hello', 'too few']);
  });

  it('finds by the onion road whom its relay does not know, and passes on the relays of the record', async () => {
    const world = createWorld(6, { withOnion: true });
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    // As if Bob's relay were another one.
    const kept = world.network.accounts.get(bob.account);
    if (kept === undefined) throw new Error('no account');
    world.network.accounts.delete(bob.account);
    const id = await write(alice, bob, 'across');
    await world.pass(1_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'sent', road: 'onion' });
    expect(await texts(bob, alice)).toEqual(['across']);
    world.network.accounts.set(bob.account, kept);
    await write(alice, bob, 'at home');
    await world.pass(1_000);
    expect(world.network.delivered.at(-1)).toMatchObject({
      to: bob.account,
      relays: [{ url: 'https://relay.example' }],
    });
  });

  it('does not blame its own relay for the silence of another, and leaves that one in peace for a minute', async () => {
    const world = createWorld(11, { withOnion: true });
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    const elsewhere = formatNetwork({ relay: { url: 'https://other.example' } });
    const { client, store } = newcomer(world);
    const making = client.createAccount({ name: 'Carol', network: elsewhere });
    await world.pass(20_000);
    const made = await making;
    if (made.outcome !== 'created') throw new Error(made.outcome);
    const carol = { ...alice, client, store, account: made.account.account };
    const relayAsked = () =>
      world.network.asked.filter(({ operation, about }) => operation === 'deliver' && about === carol.account)
        .length;
    world.network.fate = async (operation) =>
      operation === 'deliver' && world.network.asked.at(-1)?.about === carol.account ? 'silent' : 'arrives';
    await write(alice, carol, 'one');
    await world.pass(6_000);
    expect(relayAsked()).toBe(1);
    for (const text of ['two', 'three']) await write(alice, carol, text);
    await world.pass(1_000);
    expect(await texts(carol, alice)).toEqual(['one', 'two', 'three']);
    expect(relayAsked()).toBe(1);
    expect((await alice.client.status()).roads).toMatchObject([{ road: 'relay', health: 'healthy' }, {}]);
    const id = await write(alice, bob, 'as before');
    await world.pass(100);
    expect(await roadOf(alice, id)).toBe('relay');
    await world.pass(60_000);
    await write(alice, carol, 'four');
    await world.pass(100);
    expect(relayAsked()).toBe(2);
  });

  it('leaves nothing on the onion road for somebody who does not collect there', async () => {
    const world = createWorld(10, { withOnion: true });
    const bob = await world.join('Bob');
    await leaveOnion(world, bob);
    const alice = await world.join('Alice');
    await write(alice, bob, 'one');
    await world.pass(1_000);
    world.network.setDown(true);
    const id = await write(alice, bob, 'two');
    await world.pass(600_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'queued' });
    expect(world.onion.delivered).toEqual([]);
    world.network.setDown(false);
    await world.pass(120_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'sent', road: 'relay' });
    expect(await texts(bob, alice)).toEqual(['one', 'two']);
  });

  it('ends with words only when no road knows the account', async () => {
    const { world, alice } = await twoRoads(7);
    const nobody = `05${'00'.repeat(31)}09`;
    world.onion.setDown(true);
    const sent = await alice.client.send({ to: nobody, text: 'anybody?' });
    if (sent.outcome !== 'written') throw new Error(sent.outcome);
    await world.pass(60_000);
    expect(await alice.client.message(sent.message)).toMatchObject({ state: 'queued' });
    world.onion.setDown(false);
    await world.pass(61_000);
    expect(await alice.client.message(sent.message)).toMatchObject({ state: 'failed' });
    expect(await alice.client.contact(nobody)).toBeUndefined();
  });

  it('takes a road that is a revision behind for no lie', async () => {
    const { world, alice, bob } = await twoRoads(8);
    const old = world.onion.records.get(bob.account);
    if (old === undefined) throw new Error('no record');
    await world.pass(3 * 24 * 3_600_000);
    await write(alice, bob, 'with the new record');
    await world.pass(1_000);
    world.onion.records.set(bob.account, old);
    world.network.setDown(true);
    await world.pass(25 * 3_600_000);
    world.onion.records.set(bob.account, old);
    const id = await write(alice, bob, 'with the old one on show');
    await world.pass(60_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered', road: 'onion' });
    expect(await alice.client.contact(bob.account)).not.toHaveProperty('warning');
  });

  it('names a relay that shows an older record than it has shown before', async () => {
    const { world, alice, bob } = await twoRoads(12);
    const kept = world.network.accounts.get(bob.account);
    if (kept === undefined) throw new Error('no account');
    const old = kept.record;
    await world.pass(3 * 24 * 3_600_000);
    await write(alice, bob, 'with the new record');
    await world.pass(1_000);
    kept.record = old;
    kept.registrationId = (kept.registrationId % 0x3fff) + 1;
    await write(alice, bob, 'with the old one');
    await world.pass(1_000);
    expect(await alice.client.contact(bob.account)).toMatchObject({ warning: 'record-rolled-back' });
  });

  it('sends nothing by any road from a copy of a profile that runs elsewhere', async () => {
    const { world, alice, bob } = await twoRoads(13);
    alice.die();
    let collector: Collector | undefined;
    const pave = (road: Road): Road => ({
      ...road,
      start: (credentials, given) => {
        collector = given;
        road.start(credentials, given);
      },
    });
    alice.client = world.build(alice.store, alice.events, { pave }).client;
    await alice.client.start();
    await world.pass(1_000);
    collector?.stopped('connected-elsewhere');
    const before = world.onion.asked.length;
    const id = await write(alice, bob, 'from the copy');
    await world.pass(60_000);
    expect(await alice.client.message(id)).toMatchObject({
      state: 'queued',
      problem: 'used-elsewhere',
    });
    const behind = alice.client.waitForCarried(await write(alice, bob, 'behind it'), 500);
    await world.pass(1_000);
    expect(await behind).toMatchObject({ state: 'queued', problem: 'used-elsewhere' });
    const asked = world.onion.asked.slice(before).filter(({ operation }) => operation === 'deliver');
    expect(asked).toEqual([]);
  });

  it('does not wait anew in each run behind a relay that was silent just before', async () => {
    const { world, alice, bob } = await twoRoads(14);
    world.network.setDown(true);
    const first = await write(alice, bob, 'waits for a moment');
    await world.pass(6_000);
    expect(await roadOf(alice, first)).toBe('onion');
    alice.die();
    await alice.rise();
    const second = await write(alice, bob, 'at once');
    await world.pass(100);
    expect(await roadOf(alice, second)).toBe('onion');
    // The relay is back, and has to be well for a minute all the same.
    alice.die();
    world.network.setDown(false);
    await alice.rise();
    await world.pass(50_000);
    expect((await alice.client.status()).roads).toMatchObject([{ state: 'up', health: 'unhealthy' }, {}]);
    const third = await write(alice, bob, 'it has to prove itself');
    await world.pass(100);
    expect(await roadOf(alice, third)).toBe('onion');
    await world.pass(12_000);
    const fourth = await write(alice, bob, 'it has returned');
    await world.pass(100);
    expect(await roadOf(alice, fourth)).toBe('relay');
    expect((await texts(bob, alice)).slice(-2)).toEqual(['it has to prove itself', 'it has returned']);
  });

  it('waits a moment for the onion road rather than take a relay that has not proven itself, and no longer', async () => {
    const { world, alice, bob } = await twoRoads(16);
    world.network.setDown(true);
    await world.pass(6_000);
    for (const [moment, road] of [
      [2_000, 'onion'],
      [6_000, 'relay'],
    ] as const) {
      alice.die();
      world.network.setDown(false);
      world.onion.setDown(true);
      await alice.rise();
      const id = await write(alice, bob, road);
      await world.pass(2_000);
      expect(await alice.client.message(id)).toMatchObject({ state: 'queued' });
      if (road === 'onion') world.onion.setDown(false);
      await world.pass(moment);
      expect(await roadOf(alice, id)).toBe(road);
    }
  });

  it('asks the relay again first when its trouble is a minute old', async () => {
    const { world, alice, bob } = await twoRoads(15);
    world.network.setDown(true);
    await world.pass(6_000);
    alice.die();
    await world.pass(61_000);
    world.network.setDown(false);
    await alice.rise();
    const id = await write(alice, bob, 'by relay');
    await world.pass(100);
    expect(await roadOf(alice, id)).toBe('relay');
  });

  it('survives a restart in the middle of it', async () => {
    const { world, alice, bob } = await twoRoads(9);
    world.network.fate = (operation) => (operation === 'deliver' ? 'answer-silent' : 'arrives');
    world.onion.fate = (operation) => (operation === 'deliver' ? 'answer-lost' : 'arrives');
    await write(alice, bob, 'once');
    await write(alice, bob, 'twice');
    await world.pass(7_000);
    alice.die();
    world.network.fate = () => 'arrives';
    world.onion.fate = () => 'arrives';
    await alice.rise();
    await world.pass(90_000);
    expect(await texts(bob, alice)).toEqual(['hello', 'once', 'twice']);
    expect(await alice.store.outbox()).toEqual([]);
  });
});
