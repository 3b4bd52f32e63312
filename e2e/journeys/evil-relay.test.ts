import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellLies } from '../src/evil/tell-lies.ts';
import { RELAY_LIES } from '../src/evil-relay/relay-lies.ts';
import { createRelayWorld, type RelayWorld } from '../src/evil-relay/relay-world.ts';

/**
 * A man in the middle with the relay's own TLS key in front of a real relay, and real clients: what whoever runs
 * a relay can say that is not so. docs/lies.md is the table of it.
 */
let world: RelayWorld;

beforeAll(async () => {
  world = await createRelayWorld();
}, 60_000);

afterAll(() => world?.close(), 30_000);

describe('a relay that lies', () => {
  it('has at least forty ways', () => {
    const names = RELAY_LIES.flatMap(({ lies }) => lies.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(40);
  });

  tellLies(RELAY_LIES, {
    world: () => world,
    told: () => world.middle.told(),
    async honest({ middle, alice, own, isUp }) {
      middle.honest();
      middle.show(own);
      await isUp(alice);
    },
  });
});
