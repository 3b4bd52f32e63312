import { createHash, randomBytes } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend } from '../src/devnet.ts';
import { linesOf } from '../src/json-lines.ts';
import { startUntilReady } from '../src/long-running.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RoadsWorld } from '../src/roads-world.ts';
import { finish, runSotto, startSotto } from '../src/run-sotto.ts';
import { waitUntil } from '../src/wait-until.ts';
import type { Person } from '../src/world.ts';

const MIB = 1024 * 1024;

let world: RoadsWorld;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  world = await createRoadsWorld([3, 3], 1);
  alice = await world.person('alice');
  bob = await world.person('bob');
  await befriend(alice, bob);
}, 280_000);

afterAll(async () => {
  await world?.close();
}, 60_000);

async function makeFile(name: string, bytes: number): Promise<{ path: string; digest: string }> {
  const path = join(world.dir, name);
  const content = randomBytes(bytes);
  await writeFile(path, content);
  return { path, digest: createHash('sha256').update(content).digest('hex') };
}

async function digestOf(path: unknown): Promise<string> {
  return createHash('sha256')
    .update(await readFile(String(path)))
    .digest('hex');
}

const sendArgs = (from: Person, to: Person, files: readonly string[], text = '') => [
  ...['send', '--profile', from.profile, '--to', to.account, '--timeout', '200', '--json'],
  ...files.flatMap((file) => ['--attach', file]),
  ...(text === '' ? [] : ['--', text]),
];

interface Line {
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly { name: string; size: number; state: string; path?: string; type: string }[];
}

/** Until a message with files has come. */
async function receiveAndSave(person: Person, folder: string): Promise<Line> {
  for (let asked = 0; asked < 5; asked++) {
    const done = await runSotto([
      ...['receive', '--profile', person.profile, '--timeout', '60', '--json'],
      ...['--save-attachments', folder],
    ]);
    expect(done.code, done.stderr).toBe(0);
    const found = linesOf(done.stdout).find((line) => 'attachments' in line);
    if (found !== undefined) return found as unknown as Line;
  }
  throw new Error('no files came');
}

/** Of about ninety chunks, those that are on their way or over when a command is killed: requests that nodes have answered. */
const HALF_DONE = 20;

/** Kill a command with -9 when a part of a file's chunks has gone there or back, and no more than a part. */
async function killInTheMiddle(args: readonly string[]): Promise<void> {
  await world.storage.takeTrace();
  const child = startSotto(args);
  const ended = finish(child);
  let answered = 0;
  await waitUntil('a part of the chunks is carried', 120_000, async () => {
    answered += (await world.storage.takeTrace()).filter(({ role }) => role === 'destination').length;
    return answered >= HALF_DONE || child.exitCode !== null;
  });
  child.kill('SIGKILL');
  expect(await ended, 'it was killed before its end').toMatchObject({ code: null });
}

describe('files between two people on the onion road', () => {
  it('go both ways with their names, and are what they were', async () => {
    const [photo, notes] = [await makeFile('a photo.jpg', 5 * MIB), await makeFile('notes.txt', 900)];
    const sent = await runSotto(sendArgs(alice, bob, [photo.path, notes.path], 'from yesterday'));
    expect(sent.code, sent.stderr).toBe(0);
    expect(JSON.parse(sent.stdout)).toMatchObject({ state: 'sent', road: 'onion' });
    const got = await receiveAndSave(bob, join(world.dir, 'bob-files'));
    expect(got).toMatchObject({
      text: 'from yesterday',
      attachments: [
        { name: 'a photo.jpg', type: 'image/jpeg', size: 5 * MIB, state: 'here' },
        { name: 'notes.txt', type: 'text/plain', size: 900, state: 'here' },
      ],
    });
    expect(await digestOf(got.attachments[0]?.path)).toBe(photo.digest);
    expect(await digestOf(got.attachments[1]?.path)).toBe(notes.digest);

    const back = await makeFile('back.bin', 300_000);
    expect((await runSotto(sendArgs(bob, alice, [back.path]))).code).toBe(0);
    const answer = await receiveAndSave(alice, join(world.dir, 'alice-files'));
    expect(answer.text).toBe('');
    expect(await digestOf(answer.attachments[0]?.path)).toBe(back.digest);
    // As often as one likes, and nothing is written over.
    const again = await runSotto([
      ...['attachments', 'save', '--profile', alice.profile, '--to', join(world.dir, 'alice-files')],
      ...['--json', answer.id],
    ]);
    expect(again.code, again.stderr).toBe(0);
    const [saved] = (JSON.parse(again.stdout) as Line).attachments;
    expect(saved?.path).toContain('back (2).bin');
    expect(await digestOf(saved?.path)).toBe(back.digest);
  });

  it('come whole although sender, receiver and a storage node are killed in the middle', async () => {
    const film = await makeFile('film.mp4', 6 * MIB);
    await killInTheMiddle(sendArgs(alice, bob, [film.path], 'a film'));
    const [node] = world.storage.nodes;
    if (node === undefined) throw new Error('no node');
    await world.storage.kill(node);
    // What was written down goes on with any command that has the profile, until it is carried.
    const daemon = await startUntilReady(['daemon', '--profile', alice.profile]);
    try {
      const folder = join(world.dir, 'films');
      let got = (await receive(bob, 1)).find(({ text }) => text === 'a film') as unknown as Line | undefined;
      for (let asked = 0; got === undefined && asked < 10; asked++) {
        got = (await receive(bob, 60)).find(({ text }) => text === 'a film') as unknown as Line | undefined;
        // Killed before its message was written down, it was never promised.
        if (got === undefined) await runSotto(sendArgs(alice, bob, [film.path], 'a film'));
      }
      if (got === undefined) throw new Error('the film did not come');
      const save = ['attachments', 'save', '--profile', bob.profile, '--to', folder, '--json', got.id];
      await killInTheMiddle(save);
      await world.storage.start(node);
      const saved = await runSotto(save);
      expect(saved.code, saved.stderr).toBe(0);
      const [file] = (JSON.parse(saved.stdout) as Line).attachments;
      expect(await digestOf(file?.path)).toBe(film.digest);
    } finally {
      await daemon.stop('SIGTERM');
    }
  });

  it('are refused with words above the limit, and where there is no onion road', async () => {
    const large = join(world.dir, 'large.bin');
    await writeFile(large, '');
    await truncate(large, 100 * MIB + 1);
    const refused = await runSotto(sendArgs(alice, bob, [large]));
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'file-too-large' } });
    expect(refused.stderr).toContain('100 MiB');
    for (const [path, code] of [
      [join(world.dir, 'nothing'), 'bad-input'],
      [world.dir, 'bad-input'],
    ] as const) {
      const none = await runSotto(sendArgs(alice, bob, [path]));
      expect([none.code, JSON.parse(none.stderr)]).toMatchObject([2, { error: { code } }]);
    }
    const [relay] = world.relays;
    const profile = join(world.dir, 'carol');
    const made = await runSotto([
      ...['account', 'create', '--profile', profile, '--name', 'Carol', '--relay', relay?.url ?? ''],
    ]);
    expect(made.code, made.stderr).toBe(0);
    const carol = { name: 'Carol', profile, account: '' };
    const small = await makeFile('small.txt', 10);
    const relayOnly = await runSotto(sendArgs(carol, alice, [small.path]));
    expect(relayOnly.code).toBe(1);
    expect(JSON.parse(relayOnly.stderr)).toMatchObject({ error: { code: 'files-need-onion' } });
  });
});
