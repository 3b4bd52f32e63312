import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend } from '../src/devnet.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RoadsWorld } from '../src/roads-world.ts';
import { type Said, say } from '../src/say.ts';
import type { StorageNode } from '../src/storage-nodes.ts';
import { type Person, randomText } from '../src/world.ts';

/** Pairs of members that are killed, one pair after the other. */
const PAIRS = Number(process.env['SOTTO_SWARM_PAIRS'] ?? '3');
const MEMBERS = 7;
/** Of seven, so many must hold a message before its sender calls it sent (design §1.6). */
const DURABLE = 5;

let world: RoadsWorld;
let alice: Person;
let bob: Person;
let daemon: Running;

beforeAll(async () => {
  world = await createRoadsWorld([MEMBERS], 0);
  alice = await world.person('alice');
  bob = await world.person('bob');
  await befriend(alice, bob);
  daemon = await startUntilReady(['daemon', '--profile', alice.profile]);
}, 120_000);

afterAll(async () => {
  await daemon?.stop('SIGTERM');
  await world?.close();
}, 60_000);

function twoOf(nodes: readonly StorageNode[]): readonly StorageNode[] {
  const first = randomInt(nodes.length);
  const second = (first + 1 + randomInt(nodes.length - 1)) % nodes.length;
  return nodes.filter((_, index) => index === first || index === second);
}

describe('a swarm of seven', () => {
  it(`goes on with any two killed, and who was away collects everything once and in order (${PAIRS} pairs)`, async () => {
    const sent: { readonly text: string; readonly said: Said }[] = [];
    const tell = async () => {
      const text = randomText();
      sent.push({ text, said: await say(alice, bob, text) });
    };
    let down: readonly StorageNode[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      await Promise.all(down.map((node) => world.storage.start(node)));
      const others = world.storage.nodes.filter((node) => !down.includes(node));
      down = twoOf(others);
      const talking = (async () => {
        for (let count = 0; count < 6; count++) await tell();
      })();
      // At any moment of these stores, not between them.
      await new Promise((resolve) => setTimeout(resolve, randomInt(0, 1_500)));
      await Promise.all(down.map(world.storage.kill));
      await talking;
      await tell();
    }
    for (const { said } of sent) {
      expect(said).toMatchObject({ state: 'sent', road: 'onion' });
      expect(said.stored_on).toBeGreaterThanOrEqual(DURABLE);
    }

    // The last two are still down: what bob gets comes from those who are left.
    const got: string[] = [];
    for (let asked = 0; asked < 3 && got.length < sent.length; asked++) {
      for (const { text } of await receive(bob, 20)) got.push(String(text));
    }
    expect(got).toEqual(sent.map(({ text }) => text));
    expect(await receive(bob, 3)).toEqual([]);
  }, 240_000);
});
