import { describe, expect, it } from 'vitest';
import { sendContent } from './send-content.ts';
import { createWorld, makeFriends, texts, write } from './world.ts';

describe('a stranger who is not taken in', () => {
  it('leaves no session, and is read when the reason is over', async () => {
    const world = createWorld(1);
    const bob = await world.join('Bob');
    const mallory = await world.join('Mallory');
    const now = BigInt(world.clock.now());
    const far = now + 30n * 86_400_000n;
    const kept = async () => [
      await bob.store.ratchet.keys('session'),
      await bob.store.ratchet.keys('pre-key'),
      await bob.client.contacts(),
    ];
    const before = await kept();
    for (const content of [
      { sotto: { accepted: true, name: 'Mallory' }, dataMessage: { timestamp: now } },
      { receiptMessage: { timestamp: [now] } },
      { dataMessage: { body: 'late', timestamp: far } },
      {},
    ]) {
      await sendContent(world, mallory, bob, content);
    }
    expect(await kept()).toEqual(before);
    expect(world.network.accounts.get(bob.account)?.queue).toEqual([]);
    await write(mallory, bob, 'a proper request');
    await world.pass(1_000);
    expect(await texts(bob, mallory)).toEqual(['a proper request']);
  });

  it('is refused unopened for an hour when twenty messages were forged', async () => {
    const world = createWorld(3);
    const bob = await world.join('Bob');
    const mallory = await world.join('Mallory');
    const text = { dataMessage: { body: 'forged', timestamp: BigInt(world.clock.now()) } };
    let fetched = 0;
    world.network.fate = (operation) => {
      if (operation === 'fetch-record') fetched++;
      return 'arrives';
    };
    const { registrationId = 0 } = (await mallory.store.account()) ?? {};
    const forged = { registrationId: (registrationId % 0x3fff) + 1 };
    for (let count = 0; count < 25; count++) await sendContent(world, mallory, bob, text, forged);
    expect((await bob.client.status()).refused).toEqual({ 'unproven-sender': 20, 'too-many-failures': 5 });
    expect(fetched).toBe(20);
    await world.pass(3_600_000);
    await sendContent(world, mallory, bob, text);
    expect(await texts(bob, mallory)).toEqual(['forged']);
  });

  it('cannot make us keep counts under any number', async () => {
    const world = createWorld(4);
    const bob = await world.join('Bob');
    const mallory = await world.join('Mallory');
    const { registrationId = 0 } = (await mallory.store.account()) ?? {};
    const chains = [registrationId, (registrationId % 0x3fff) + 1];
    for (const chain of chains) {
      await sendContent(world, mallory, bob, {
        dataMessage: { body: `${chain}`, timestamp: BigInt(world.clock.now()) },
        sotto: { chain, counter: 1n },
      });
    }
    expect(await texts(bob, mallory)).toEqual(chains.map(String));
    const kept = await Promise.all(chains.map((chain) => bob.store.chain(mallory.account, 1, chain)));
    expect(kept.map((chain) => chain !== undefined)).toEqual([true, false]);
  });

  it('cannot take the place of a contact, whatever they claim', async () => {
    const world = createWorld(2);
    const { alice, bob } = await makeFriends(world);
    const mallory = await world.join('Alice');
    await write(mallory, bob, 'it is me');
    await world.pass(100);
    await sendContent(world, mallory, bob, {
      dataMessage: {
        body: 'accept me',
        timestamp: BigInt(world.clock.now()),
        profileKey: new Uint8Array(32),
      },
      sotto: { accepted: true, name: 'Alice' },
    });
    await sendContent(world, mallory, bob, { sotto: { accepted: true, name: 'Alice' } });
    expect(await bob.client.contact(mallory.account)).toMatchObject({ state: 'request' });
    // The contact's name stays the contact's.
    expect(await bob.client.findContact('Alice')).toMatchObject({ account: alice.account });
    await world.pass(60_000);
    expect(world.network.delivered.filter(({ to }) => to === mallory.account)).toEqual([]);
  });
});
