import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { halfOf } from '../src/evil/half-of.ts';
import { tellLies } from '../src/evil/tell-lies.ts';
import { NODE_LIES } from '../src/evil-nodes/node-lies.ts';
import { createNodeWorld, type NodeWorld } from '../src/evil-nodes/node-world.ts';

/**
 * Real storage nodes, each behind somebody who has its keys and its address and says something else than it
 * does, and real clients. docs/lies.md is the table of it. A run takes one half of the lies, at random; with
 * `SOTTO_LIES=all` it takes all.
 */
let world: NodeWorld;

/** Those by which patches of e2e/sabotage are seen. */
const ALWAYS = [
  'more without end',
  'an altered piece',
  'altered mail',
  'next list that is not signed',
  'stored without storing',
];

beforeAll(async () => {
  world = await createNodeWorld();
}, 60_000);

afterAll(() => world?.close(), 30_000);

describe('storage nodes that lie', () => {
  const names = NODE_LIES.flatMap(({ lies }) => lies.map(({ name }) => name));
  const told = halfOf(NODE_LIES, randomInt(2), ALWAYS);

  it('have more than eighty ways, of which a run takes forty', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(80);
    expect(told.flatMap(({ lies }) => lies).length).toBeGreaterThanOrEqual(40);
  });

  tellLies(told, {
    world: () => world,
    told: () => world.told(),
    async honest({ alice, bob, honest, isUp }) {
      honest();
      await isUp(alice);
      await isUp(bob);
    },
  });
});
