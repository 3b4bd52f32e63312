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
import { type Person, randomText } from '../src/world.ts';

let world: RoadsWorld;
let alice: Person;
let bob: Person;
let keepers: readonly string[];
let fifth: Running;
const joined = new Set<Running>();

beforeAll(async () => {
  world = await createRoadsWorld([4], 0);
  keepers = ['--file', world.storage.list, '--key', join(world.storage.dir, 'directory.key')];
  alice = await world.person('alice');
  bob = await world.person('bob');
  await befriend(alice, bob);
}, 120_000);

afterAll(async () => {
  await Promise.all([...joined].map((running) => running.stop('SIGKILL')));
  await world?.close();
}, 60_000);

/** A storage node that is new in the list. */
async function addNode(number: number): Promise<Running> {
  const { dir, block, list } = world.storage;
  const data = join(dir, `node-${number}`);
  const at = `127.${block}.${number}.1:22021`;
  const made = await sottoJson(['node', 'init', '--data', data, '--public', at]);
  const file = join(dir, `node-${number}.json`);
  await writeFile(file, JSON.stringify(made));
  await sottoJson(['directory', 'add', file, ...keepers]);
  const running = await startUntilReady([
    'node',
    'serve',
    '--data',
    data,
    '--listen',
    at,
    '--directory',
    list,
  ]);
  joined.add(running);
  return running;
}

async function removeNode(ip: string): Promise<void> {
  await sottoJson(['directory', 'remove', ip, ...keepers]);
}

describe('a list of storage nodes that moves on while people are away', () => {
  it('reaches them by a guard when every path that they know needs a node that has gone', async () => {
    const gone = theOne(world.storage.nodes, 3);
    fifth = await addNode(5);
    await removeNode(gone.ip);
    await world.storage.kill(gone);
    const text = randomText();
    expect(await say(bob, alice, text)).toMatchObject({ state: 'sent', road: 'onion' });
    expect((await receive(alice)).map((message) => message['text'])).toEqual([text]);
  }, 120_000);

  it('is asked for in words when all guards have gone, and can be given by hand', async () => {
    const old = (await sottoJson(['directory', 'show', '--file', world.storage.list]))['nodes'];
    for (const number of [11, 12, 13, 14]) await addNode(number);
    for (const { ip } of old as readonly { ip: string }[]) await removeNode(ip);
    await Promise.all(world.storage.nodes.map(world.storage.kill));
    joined.delete(fifth);
    await fifth.stop('SIGKILL');

    const silent = await runSotto(['receive', '--profile', alice.profile, '--timeout', '15', '--json']);
    expect([silent.code, silent.stdout]).toEqual([0, '']);
    expect(silent.stderr).toContain('none of the guards answers');
    expect(silent.stderr).toContain('sotto account network');
    const looked = await runSotto(['doctor', '--profile', alice.profile, '--json']);
    const checks = linesOf(looked.stdout);
    expect(checks.find(({ check }) => check === 'onion')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('none of the guards answers'),
      hint: expect.stringContaining('sotto account network'),
    });
    expect(checks.find(({ check }) => check === 'record in its swarm')?.['detail']).toContain(
      'could be asked',
    );

    const { network } = await sottoJson(['network', 'export', '--directory', world.storage.list]);
    for (const { profile } of [alice, bob]) {
      const given = await sottoJson(['account', 'network', String(network), '--profile', profile]);
      expect(given).toMatchObject({ storage_nodes: 4, changed: true });
    }
    // None of the storage nodes that kept her record is left: she stores it again when she looks in.
    expect(await receive(alice, 10)).toEqual([]);
    const text = randomText();
    expect(await say(bob, alice, text)).toMatchObject({ state: 'sent', road: 'onion' });
    expect((await receive(alice)).map((message) => message['text'])).toEqual([text]);
  }, 240_000);
});
