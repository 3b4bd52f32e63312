import { describe, expect, it } from 'vitest';
import { createTestNetwork } from './network.ts';
import {
  createTestCollector,
  credentialsOf,
  finish,
  makePerson,
  makeRoad,
  recordOf,
  until,
} from './world.ts';

describe('what doctor is told of a road', () => {
  it('is how many guards live, how far the clock is off, and who shows the newest record', async () => {
    const network = createTestNetwork({ ahead: 90_000 });
    const alice = makePerson(1);
    const { road } = makeRoad(network);
    const collected = createTestCollector();
    road.start(credentialsOf(alice), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    const [old, record] = [recordOf(alice, 1), recordOf(alice, 2)];
    const own = { account: alice.account, record };

    expect(await finish(network, road.publishRecord(alice.account, old))).toEqual({ outcome: 'published' });
    const before = await finish(network, road.examine(own));
    expect(before).toMatchObject({ record: { storedOn: 0, of: 3, durable: false }, list: { nodes: 9 } });

    await finish(network, road.publishRecord(alice.account, record));
    const after = await finish(network, road.examine(own));
    expect(after).toMatchObject({
      record: { storedOn: 3, of: 3, durable: true },
      guards: { alive: 2, chosen: 2 },
    });
    expect(Math.abs((after?.clockOffset ?? 0) - 90_000)).toBeLessThan(1_000);

    const [member] = network.membersOf(alice.account);
    if (member) member.wrong.onRpc = () => ({ status: 500, body: '' });
    expect(await finish(network, road.examine(own))).toMatchObject({
      record: { storedOn: 2, of: 3, durable: true },
    });
    await road.close();
    expect(await road.examine(own)).toBeUndefined();
  });
});
