import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend } from '../src/devnet.ts';
import { linesOf } from '../src/json-lines.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RoadsWorld, theOne } from '../src/roads-world.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { say } from '../src/say.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

let world: RoadsWorld;
let alice: Person;
let bob: Person;
let keepers: readonly string[];
const joined: Running[] = [];

beforeAll(async () => {
  world = await createRoadsWorld([4], 1);
  keepers = ['--file', world.storage.list, '--key', join(world.storage.dir, 'directory.key')];
  const relay = theOne(world.relays);
  alice = await world.person('alice', relay);
  bob = await world.person('bob', relay);
  await befriend(alice, bob);
}, 240_000);

afterAll(async () => {
  await Promise.all(joined.map((running) => running.stop('SIGKILL')));
  await world?.close();
}, 60_000);

/** Every storage node that there was has gone, and four others have come. */
async function moveAll(): Promise<void> {
  const { dir, block, list, nodes } = world.storage;
  for (const number of [11, 12, 13, 14]) {
    const data = join(dir, `node-${number}`);
    const at = `127.${block}.${number}.1:22021`;
    const file = join(dir, `node-${number}.json`);
    await writeFile(file, JSON.stringify(await sottoJson(['node', 'init', '--data', data, '--public', at])));
    await sottoJson(['directory', 'add', file, ...keepers]);
    joined.push(
      await startUntilReady(['node', 'serve', '--data', data, '--listen', at, '--directory', list]),
    );
  }
  for (const { ip } of nodes) await sottoJson(['directory', 'remove', ip, ...keepers]);
  await Promise.all(nodes.map(world.storage.kill));
}

/** What `doctor` says of the onion road. */
async function onionRoadOf({ profile }: Person): Promise<Record<string, unknown> | undefined> {
  const looked = await runSotto(['doctor', '--profile', profile, '--json']);
  return linesOf(looked.stdout).find(({ check }) => check === 'onion');
}

const texts = async (person: Person) => (await receive(person)).map((message) => message['text']);

describe('somebody whose every storage node has gone', () => {
  it('has the list of today from a contact, inside the ratchet and by the relay, and needs no seed', async () => {
    await moveAll();
    const { network } = await sottoJson(['network', 'export', '--directory', world.storage.list]);
    await sottoJson(['account', 'network', String(network), '--profile', alice.profile]);
    expect(await onionRoadOf(bob)).toMatchObject({ ok: false });

    const [asked, answered] = [randomText(), randomText()];
    expect(await say(bob, alice, asked)).toMatchObject({ state: 'sent', road: 'relay' });
    expect(await texts(alice)).toEqual([asked]);
    expect(await say(alice, bob, answered)).toMatchObject({ state: 'sent', road: 'relay' });
    expect(await texts(bob)).toEqual([answered]);
    // What goes along with the answer may be carried by the next run of either.
    await waitUntil('the onion road of who was behind works again', 90_000, async () => {
      await receive(alice, 2);
      await receive(bob, 2);
      return (await onionRoadOf(bob))?.['ok'] === true;
    });

    await world.killRelay(theOne(world.relays));
    const withoutRelay = randomText();
    expect(await say(alice, bob, withoutRelay)).toMatchObject({ state: 'sent', road: 'onion' });
    expect(await texts(bob)).toEqual([withoutRelay]);
  }, 360_000);
});
