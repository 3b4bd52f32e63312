import { describe, expect, it } from 'vitest';
import { createTestNetwork } from './network.ts';
import { createTestCollector, credentialsOf, finish, makePerson, makeRoad, sealed, until } from './world.ts';

describe('a road', () => {
  it('carries a message to a contact', async () => {
    const network = createTestNetwork();
    const [alice, bob] = [makePerson(1), makePerson(2)];
    const bobs = makeRoad(network, 5);
    const collected = createTestCollector();
    bobs.road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    const mailbox = bobs.road.mailbox?.();
    if (!mailbox) throw new Error('no mailbox');
    const alices = makeRoad(network, 6);
    const outcome = await finish(
      network,
      alices.road.deliver({
        to: bob.account,
        access: {
          kind: 'contact',
          accessKey: new Uint8Array(16),
          mailboxes: [{ device: 1, registrationId: 9, address: mailbox }],
        },
        relays: [],
        messages: [{ device: 1, registrationId: 9, bytes: sealed('hello') }],
        timestamp: network.clock.now(),
        urgent: true,
      }),
    );
    expect(outcome).toEqual({ outcome: 'stored', storedOn: 3 });
    await until(network, () => collected.envelopes.length > 0);
    expect(collected.texts()).toEqual(['hello']);
    await until(network, () =>
      network.membersOf(mailbox).every(({ store }) => store.box(mailbox, 40).length === 0),
    );
    expect(alice.account).toBeDefined();
    await bobs.road.close();
    await alices.road.close();
  });
});
