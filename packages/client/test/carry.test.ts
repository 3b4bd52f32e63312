import { createDeviceKey, nextRevision, parseAccountId, readRecord, signRecord } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import type { Collector, Road } from '../src/index.ts';
import { createWorld, makeFriends, type Person, texts, type World, write } from './world.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** What a thief of the identity key could publish: the next revision, signed by a device of their own. */
async function forge(world: World, victim: Person): Promise<Uint8Array<ArrayBuffer>> {
  const own = await victim.store.account();
  const kept = world.network.accounts.get(victim.account);
  if (own === undefined || kept?.record === undefined) throw new Error('nobody to rob');
  const read = readRecord(kept.record, parseAccountId(victim.account));
  if (read.outcome !== 'read') throw new Error(read.outcome);
  const thief = createDeviceKey(world.random.bytes);
  const devices = read.record.devices.map((device) => ({ ...device, deviceKey: thief.publicKey }));
  const draft = nextRevision(read.record, { issuedAt: world.clock.now(), devices });
  return signRecord({
    draft,
    identitySecret: own.identitySecret,
    second: { kind: 'device', device: 1, secret: thief.secretKey },
  });
}

describe('carrying', () => {
  it('goes on after a crash with the same bytes, and the other side shows it once', async () => {
    const world = createWorld(1);
    const { alice, bob } = await makeFriends(world);
    world.network.fate = (operation) => (operation === 'deliver' ? 'answer-lost' : 'arrives');
    const id = await write(alice, bob, 'once');
    await world.pass(10);
    const before = (await alice.store.outbox())[0]?.encrypted;
    expect(before).toHaveLength(1);
    alice.die();
    await alice.rise();
    expect((await alice.store.outbox())[0]?.encrypted).toEqual(before);
    expect(await alice.client.message(id)).toMatchObject({ state: 'queued' });
    world.network.fate = () => 'arrives';
    await world.pass(60_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered' });
    expect(await texts(bob, alice)).toEqual(['hello', 'once']);
    expect(world.network.delivered.filter(({ to }) => to === bob.account).length).toBeGreaterThan(2);
  });

  it('carries what an earlier run left before what is written while it starts', async () => {
    const world = createWorld(11);
    const { alice, bob } = await makeFriends(world);
    world.network.fate = () => 'lost';
    for (const text of ['one', 'two', 'three']) await write(alice, bob, text);
    await world.pass(10);
    alice.die();
    world.network.fate = () => 'arrives';
    const { store } = alice;
    const read = store.outbox;
    let begun: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let written: Promise<unknown> = reading;
    store.outbox = async () => {
      const entries = await read();
      store.outbox = read;
      begun();
      await written;
      return entries;
    };
    written = reading.then(() => write(alice, bob, 'four'));
    await alice.rise();
    await world.pass(120_000);
    expect(await texts(bob, alice)).toEqual(['hello', 'one', 'two', 'three', 'four']);
  });

  it('waits for a road with growing pauses, and says so in time', async () => {
    const world = createWorld(2);
    const { alice, bob } = await makeFriends(world);
    let asked = 0;
    world.network.fate = () => {
      asked++;
      return 'lost';
    };
    const id = await write(alice, bob, 'patience');
    const waited = alice.client.waitForCarried(id, 5_000);
    await world.pass(6_000);
    expect(await waited).toEqual({ outcome: 'known', state: 'queued' });
    await world.pass(HOUR);
    expect(asked).toBeGreaterThan(60);
    expect(asked).toBeLessThan(250);
    world.network.fate = () => 'arrives';
    await world.pass(61_000);
    expect((await alice.client.waitForCarried(id, 0)).outcome).toBe('known');
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered' });
  });

  it('gives up with words after 14 days, and the next message is not held up', async () => {
    const world = createWorld(3);
    const { alice, bob } = await makeFriends(world);
    world.network.fate = (operation) => (operation === 'deliver' ? 'lost' : 'arrives');
    const id = await write(alice, bob, 'too late');
    await world.pass(1_000);
    alice.die();
    await world.pass(14 * DAY + HOUR);
    await alice.rise();
    await world.pass(1_000);
    expect(await alice.client.message(id)).toMatchObject({
      state: 'failed',
      problem: 'expired',
    });
    world.network.fate = () => 'arrives';
    await write(alice, bob, 'in time');
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello', '(1 missing)', 'in time']);
  });

  it('makes ratchet messages anew when they have waited for a day, and the double is not shown', async () => {
    const world = createWorld(4);
    const { alice, bob } = await makeFriends(world);
    world.network.fate = (operation) => (operation === 'deliver' ? 'answer-lost' : 'arrives');
    await write(alice, bob, 'old');
    await world.pass(1_000);
    const made = async () => (await alice.store.outbox())[0]?.encrypted[0]?.bytes;
    const first = await made();
    alice.die();
    await world.pass(DAY - HOUR);
    await alice.rise();
    await world.pass(1_000);
    expect(await made()).toEqual(first);
    alice.die();
    await world.pass(2 * HOUR);
    await alice.rise();
    await world.pass(1_000);
    const second = await made();
    expect(second).not.toEqual(first);
    await world.pass(10 * 60_000);
    expect(await made()).toEqual(second);
    world.network.fate = () => 'arrives';
    await bob.client.deleteContact(alice.account);
    await world.pass(120_000);
    const told = bob.events.filter((event) => event.event === 'message' && event.message.text === 'old');
    expect(told).toHaveLength(1);
    expect(await texts(bob, alice)).toEqual([]);
    expect(await texts(alice, bob)).toEqual(['hello back']);
  });

  it('is not held up by a chat that cannot be carried', async () => {
    const world = createWorld(5);
    const { alice, bob } = await makeFriends(world);
    const nobody = `05${'00'.repeat(31)}09`;
    const lost = await alice.client.send({ to: nobody, text: 'anybody?' });
    await write(alice, bob, 'and you');
    await world.pass(1_000);
    expect((await texts(bob, alice)).at(-1)).toBe('and you');
    if (lost.outcome !== 'written') throw new Error(lost.outcome);
    expect(await alice.client.message(lost.message)).toMatchObject({ state: 'failed' });
  });

  it('keeps no contact for an ID that nobody has, and tells of every message to it', async () => {
    const world = createWorld(5);
    const { alice, bob } = await makeFriends(world);
    const nobody = `05${'00'.repeat(31)}09`;
    const sent = await Promise.all(
      ['anybody?', 'hello?'].map((text) => alice.client.send({ to: nobody, text })),
    );
    expect(await alice.client.contact(nobody)).toMatchObject({ state: 'invited' });
    await world.pass(1_000);
    for (const each of sent) {
      if (each.outcome !== 'written') throw new Error(each.outcome);
      expect(await alice.client.waitForCarried(each.message, 0)).toMatchObject({
        state: 'failed',
        problem: 'unknown-account',
      });
    }
    expect((await alice.client.contacts()).map(({ account }) => account)).toEqual([bob.account]);
    expect(alice.events.filter(({ event }) => event === 'contact').at(-1)).toEqual({
      event: 'contact',
      account: nobody,
    });
  });

  it('keeps a contact whom the user has named, although nobody has the ID yet', async () => {
    const world = createWorld(5);
    const { alice } = await makeFriends(world);
    const nobody = `05${'00'.repeat(31)}09`;
    await alice.client.addContact(nobody, 'Carol');
    await alice.client.send({ to: nobody, text: 'anybody?' });
    await world.pass(1_000);
    expect(await alice.client.contact(nobody)).toMatchObject({ nickname: 'Carol', state: 'invited' });
  });

  it('says of what waits that the server is not the right one, until it is', async () => {
    const world = createWorld(5);
    const { alice, bob } = await makeFriends(world);
    let collector: Collector | undefined;
    // What the road tells of its connection is told by the test instead.
    const start =
      (road: Road): Road['start'] =>
      (credentials, given) => {
        collector = given;
        road.start(credentials, { ...given, connected: () => undefined, drained: () => undefined });
      };
    alice.die();
    const pave = (road: Road): Road => ({ ...road, start: start(road) });
    alice.client = world.build(alice.store, alice.events, { pave }).client;
    await alice.client.start();
    await write(alice, bob, 'before it');
    const id = await write(alice, bob, 'to the right one');
    collector?.disconnected('wrong-key');
    const waited = alice.client.waitForCarried(id, 1_000);
    await world.pass(1_000);
    expect(await waited).toMatchObject({
      state: 'queued',
      problem: 'wrong-relay-key',
    });
    expect((await alice.client.status()).roads).toMatchObject([{ distrust: 'wrong-key' }]);
    collector?.connected();
    await world.pass(60_000);
    const told = await alice.client.waitForCarried(id, 0);
    expect(told).toMatchObject({ outcome: 'known', state: 'delivered' });
    expect(told).not.toHaveProperty('problem');
  });

  it('says so also when mail comes in by a road whose sending side is not the right one', async () => {
    const world = createWorld(5);
    const { alice, bob } = await makeFriends(world);
    let collector: Collector | undefined;
    let distrusted = true;
    const pave = (road: Road): Road => ({
      ...road,
      start: (credentials, given) => {
        collector = given;
        road.start(credentials, given);
      },
      deliver: async (delivery) => {
        collector?.distrusted?.(distrusted ? 'wrong-key' : undefined);
        return distrusted ? { outcome: 'unreachable' } : road.deliver(delivery);
      },
    });
    alice.die();
    alice.client = world.build(alice.store, alice.events, { pave }).client;
    await alice.client.start();
    await world.pass(1_000);
    const id = await write(alice, bob, 'to the right one');
    await world.pass(1_000);
    expect((await alice.client.status()).roads).toMatchObject([
      { state: 'up', drained: true, distrust: 'wrong-key' },
    ]);
    const waited = alice.client.waitForCarried(id, 100);
    await world.pass(100);
    expect(await waited).toMatchObject({ state: 'queued', problem: 'wrong-relay-key' });
    distrusted = false;
    await world.pass(60_000);
    expect(await alice.client.waitForCarried(id, 0)).toMatchObject({ state: 'delivered' });
    expect((await alice.client.status()).roads[0]).not.toHaveProperty('distrust');
  });

  it('writes as a stranger when the access key is refused', async () => {
    const world = createWorld(6);
    const { alice, bob } = await makeFriends(world);
    const kept = world.network.accounts.get(bob.account);
    if (kept === undefined) throw new Error('no account');
    kept.accessKey = new Uint8Array(16);
    const id = await write(alice, bob, 'still me');
    await world.pass(1_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'sent' });
    expect(world.network.delivered.at(-1)).toMatchObject({ to: bob.account, access: 'stranger' });
  });

  it('stops for a forked record until the user has seen the warning, then goes to the known devices', async () => {
    const world = createWorld(7);
    const { alice, bob } = await makeFriends(world);
    const kept = world.network.accounts.get(bob.account);
    if (kept === undefined) throw new Error('no account');
    const honest = kept.record;
    kept.record = await forge(world, bob);
    kept.registrationId = (kept.registrationId % 0x3fff) + 1;
    const id = await write(alice, bob, 'who is there?');
    await world.pass(60_000);
    expect(await alice.client.contact(bob.account)).toMatchObject({ warning: 'record-unproven' });
    expect(await alice.client.message(id)).toMatchObject({
      state: 'queued',
      problem: 'contact-warning',
    });
    expect(await alice.client.send({ to: bob.account, text: 'more' })).toMatchObject({ outcome: 'warning' });
    expect(world.network.delivered.filter(({ to }) => to === bob.account)).toHaveLength(2);

    kept.registrationId = (await bob.store.account())?.registrationId ?? 0;
    alice.die();
    await alice.rise();
    await world.pass(60_000);
    expect(world.network.delivered.filter(({ to }) => to === bob.account)).toHaveLength(2);
    expect(await alice.client.acknowledgeWarning(bob.account)).toEqual({ outcome: 'done' });
    await world.pass(60_000);
    expect((await alice.client.message(id))?.problem).toBeUndefined();
    expect((await texts(bob, alice)).at(-1)).toBe('who is there?');
    expect(await alice.client.contact(bob.account)).not.toHaveProperty('warning');
    kept.record = honest;
  });

  it('meets again after a session was lost on one side', async () => {
    const world = createWorld(8);
    const { alice, bob } = await makeFriends(world);
    for (const key of await bob.store.ratchet.keys('session')) {
      await bob.store.commit([{ kind: 'ratchet', change: { table: 'session', key, value: null } }]);
    }
    await write(alice, bob, 'unreadable');
    await world.pass(1_000);
    expect((await bob.client.status()).refused).toMatchObject({ undecryptable: 1 });
    await write(alice, bob, 'readable');
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello', '(1 missing)', 'readable']);
  });

  it('keeps mail that cannot be opened while the sender is out of reach, in order', async () => {
    const world = createWorld(9);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    world.network.fate = () => 'arrives';
    let reachable = false;
    await write(alice, bob, 'one');
    await world.pass(0);
    world.network.fate = (operation) => (operation === 'fetch-record' && !reachable ? 'lost' : 'arrives');
    await write(alice, bob, 'two');
    await world.pass(5_000);
    reachable = true;
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['one', 'two']);
    expect(world.network.accounts.get(bob.account)?.queue).toEqual([]);
  });
});
