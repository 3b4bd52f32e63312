import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend } from '../src/devnet.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RoadsWorld, theOne } from '../src/roads-world.ts';
import { type Said, say } from '../src/say.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

const WIRE = fileURLToPath(new URL('../hostile/hostile-wire.mjs', import.meta.url));
const MESSAGES = 24;
const DEEDS = ['alter', 'drop', 'replay', 'misroute', 'garble', 'answer altered', 'answer garbage'];

let world: RoadsWorld;
let alice: Person;
let bob: Person;
let daemons: readonly Running[] = [];
let log: string;

beforeAll(async () => {
  // Three hops and a destination of five nodes: nearly every path meets the one that lies.
  world = await createRoadsWorld([5], 0);
  alice = await world.person('alice');
  bob = await world.person('bob');
  await befriend(alice, bob);
  const hostile = theOne(world.storage.nodes);
  log = join(world.dir, 'deeds');
  await world.storage.kill(hostile);
  await world.storage.start(hostile, {
    NODE_OPTIONS: `--import=${WIRE}`,
    HOSTILE_SHARE: '0.4',
    HOSTILE_LOG: log,
  });
  daemons = [
    await startUntilReady(['daemon', '--profile', alice.profile]),
    await startUntilReady(['daemon', '--profile', bob.profile]),
  ];
}, 120_000);

afterAll(async () => {
  await Promise.all(daemons.map((daemon) => daemon.stop('SIGTERM')));
  await world?.close();
}, 60_000);

const deeds = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean);

describe('a hop that alters, drops, replays, misroutes and answers with garbage', () => {
  it('loses nothing, doubles nothing and disorders nothing', async () => {
    const sent: { readonly text: string; readonly said: Said }[] = [];
    const tell = async () => {
      const text = randomText();
      sent.push({ text, said: await say(alice, bob, text, ['--timeout', '10']) });
    };
    for (let count = 0; count < MESSAGES; count++) await tell();
    await waitUntil('it has done everything it does', 150_000, async () => {
      const done = await deeds();
      if (DEEDS.every((deed) => done.includes(deed))) return true;
      await tell();
      return false;
    });
    // Whoever was not told "sent" was told "queued": both are kept promises as long as all arrive.
    expect(sent.filter(({ said }) => said.state === 'sent').length).toBeGreaterThan(MESSAGES / 2);

    const got: string[] = [];
    await waitUntil('everything arrives', 120_000, async () => {
      for (const { text } of await receive(bob, 5)) got.push(String(text));
      return got.length >= sent.length;
    }).catch(() => undefined);
    expect(got).toEqual(sent.map(({ text }) => text));
    expect(await receive(bob, 3)).toEqual([]);
  }, 600_000);
});
