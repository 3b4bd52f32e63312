import { describe, expect, it } from 'vitest';
import { createTestNetwork } from './network.ts';
import { createTestCollector, credentialsOf, deliveryTo, finish, makePerson, makeRoad } from './world.ts';

const bob = makePerson(2);

describe('a letter that is sent again because too few members have it', () => {
  it('is the same letter, so that the request mailbox holds one', async () => {
    const network = createTestNetwork();
    const { road } = makeRoad(network);
    const [first, second, third] = network.membersOf(bob.account);
    if (!first || !second || !third) throw new Error('no members');
    second.wrong.down = true;
    third.wrong.down = true;
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(await finish(network, road.deliver(deliveryTo(bob, 'may I?')))).toMatchObject({
        outcome: 'partly-stored',
      });
      await network.clock.advance(120_000);
    }
    expect(first.store.box(bob.account, 40)).toHaveLength(1);
    await finish(network, road.deliver(deliveryTo(bob, 'something else')));
    expect(first.store.box(bob.account, 40)).toHaveLength(2);
  });
});

describe('leaving', () => {
  it('that fails goes on collecting', async () => {
    const network = createTestNetwork();
    const { road } = makeRoad(network);
    const collected = createTestCollector();
    road.start(credentialsOf(bob), collected.collector);
    await network.clock.advance(5_000);
    const members = network.membersOf(bob.account);
    for (const { wrong } of members) wrong.down = true;
    expect(await finish(network, road.leave(), 600_000)).toEqual({ outcome: 'unreachable' });
    for (const { wrong } of members) wrong.down = false;
    await network.clock.advance(120_000);
    await finish(network, makeRoad(network, 8).road.deliver(deliveryTo(bob, 'after all')));
    await network.clock.advance(60_000);
    expect(collected.texts()).toEqual(['after all']);
    expect(await finish(network, road.leave(), 600_000)).toEqual({ outcome: 'published' });
  });
});
