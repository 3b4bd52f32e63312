import { randomBytes } from '@sotto/crypto';
import { expect, it } from 'vitest';
import { createTestNetwork } from './network.ts';
import { finish, makeRoad } from './world.ts';

/** Somebody new, in many networks of six storage nodes of which one is dead: some of them ask that one first. */
const NEWCOMERS = 60;

it('finds a way through a network of six with one dead node, whoever comes', {
  timeout: 60_000,
}, async () => {
  const outcomes: string[] = [];
  for (let seed = 1; seed <= NEWCOMERS; seed++) {
    const network = createTestNetwork({ swarms: [3, 3], seed });
    const [dead] = network.nodes();
    if (dead === undefined) throw new Error('no nodes');
    dead.wrong.down = true;
    const { road } = makeRoad(network, seed);
    const enrolment = { device: 1, identitySecret: randomBytes(64) } as Parameters<typeof road.enrol>[0];
    outcomes.push((await finish(network, road.enrol(enrolment))).outcome);
    await road.close();
  }
  expect(outcomes.filter((outcome) => outcome !== 'enrolled')).toEqual([]);
});
