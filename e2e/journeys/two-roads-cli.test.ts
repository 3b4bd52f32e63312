import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend, createDevnet, type Devnet } from '../src/devnet.ts';
import { linesOf } from '../src/json-lines.ts';
import { receive } from '../src/receive.ts';
import { refusal } from '../src/refusal.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { type Person, randomText } from '../src/world.ts';

/** Two roads as the command line shows them (DESIGN §4), on a network of real processes. */

const NODES = 6;
const SWARM = 3;

let devnet: Devnet;
let alice: Person;
let bob: Person;
let carol: Person;

const ready = () => devnet.running.ready;
const contact = (of: Person, who: Person, ...more: string[]) =>
  sottoJson(['contacts', ...(more.length > 0 ? more : ['show', who.account]), '--profile', of.profile]);
const send = (from: Person, to: Person, text: string, ...flags: string[]) =>
  sottoJson(['send', '--profile', from.profile, '--to', to.account, ...flags, '--', text]);

beforeAll(async () => {
  devnet = await createDevnet(['--nodes', String(NODES)]);
  alice = await devnet.person('alice');
  bob = await devnet.person('bob');
  carol = await devnet.person('carol', ['--onion-only']);
  await befriend(alice, bob);
}, 120_000);

afterAll(() => devnet?.close(), 60_000);

describe('an account', () => {
  it('that joined by a file of the network lives on both roads', async () => {
    const shown = await sottoJson(['account', 'show', '--profile', alice.profile]);
    expect(shown).toMatchObject({ relay: ready()['relay'], roads: ['relay', 'onion'] });
    expect(shown['directory']).toMatch(/^[\w-]{43}$/);
  });

  it('that is onion-only has no relay, and the same directory', async () => {
    const shown = await sottoJson(['account', 'show', '--profile', carol.profile]);
    const { directory } = await sottoJson(['account', 'show', '--profile', alice.profile]);
    expect(shown).toMatchObject({ relay: null, directory, roads: ['onion'] });
  });

  it('joins by relay URL and list as by the text of both', async () => {
    const exported = await sottoJson([
      ...['network', 'export', '--relay', String(ready()['relay'])],
      ...['--directory', String(ready()['directory'])],
    ]);
    expect(exported['network']).toBe((await readFile(devnet.network, 'utf8')).trim());
    const created = await sottoJson([
      ...['account', 'create', '--profile', join(devnet.dir, 'dave'), '--name', 'Dave'],
      ...['--relay', String(ready()['relay']), '--directory', String(ready()['directory'])],
    ]);
    expect(created).toMatchObject({ relay: exported['relay'], directory: exported['directory'] });
  });

  it('cannot be onion-only where there are no storage nodes', async () => {
    const { network } = await sottoJson(['network', 'export', '--relay', String(ready()['relay'])]);
    const create = ['account', 'create', '--profile', join(devnet.dir, 'eve'), '--network', String(network)];
    expect(await refusal([...create, '--onion-only'])).toEqual({ code: 2, error: 'bad-network' });
  });
});

describe('a chat', () => {
  it('goes by the relay while that is well', async () => {
    const text = randomText();
    expect(await send(alice, bob, text)).not.toHaveProperty('stored_on');
    expect(await receive(bob)).toEqual([expect.objectContaining({ text, road: 'relay' })]);
    expect(await contact(alice, bob)).toMatchObject({ road: 'auto', effective_road: 'auto' });
  });

  it('goes by the onion road when one side says so, and both see it', async () => {
    const text = randomText();
    expect(await send(alice, bob, text, '--road', 'onion')).toEqual({
      id: expect.any(String),
      to: bob.account,
      road: 'onion',
      state: 'sent',
      stored_on: expect.any(Number),
      sent_at: expect.any(Number),
    });
    expect(await receive(bob)).toEqual([expect.objectContaining({ text, road: 'onion' })]);
    expect(await contact(alice, bob)).toMatchObject({ road: 'onion', effective_road: 'onion' });
    const there = { road: 'auto', their_road: 'onion', effective_road: 'onion' };
    expect(await contact(bob, alice)).toMatchObject(there);
    const answer = randomText();
    const sent = await send(bob, alice, answer);
    expect(sent).toMatchObject({ road: 'onion', state: 'sent' });
    expect(sent['stored_on']).toBeGreaterThan(SWARM / 2);
    expect(await receive(alice)).toEqual([expect.objectContaining({ text: answer, road: 'onion' })]);
    // A wish of the other side's cannot be undone from here, the stricter one wins.
    expect(await contact(bob, alice, 'road', alice.account, 'relay')).toMatchObject({
      road: 'relay',
      effective_road: 'onion',
    });
  });

  it('returns to the relay when nobody asks for the onion road any more', async () => {
    await contact(bob, alice, 'road', alice.account, 'auto');
    expect(await contact(alice, bob, 'road', bob.account, 'auto')).toMatchObject({ effective_road: 'auto' });
    const text = randomText();
    await send(alice, bob, text);
    expect(await receive(bob)).toEqual([expect.objectContaining({ text })]);
    expect(await contact(bob, alice)).toMatchObject({ their_road: 'auto', effective_road: 'auto' });
    expect(await send(bob, alice, randomText())).toMatchObject({ road: 'relay' });
    expect(await receive(alice)).toEqual([expect.objectContaining({ road: 'relay' })]);
  });

  it('with somebody who is onion-only needs nothing chosen', async () => {
    const text = randomText();
    expect(await send(carol, bob, text)).toMatchObject({ road: 'onion', state: 'sent' });
    expect(await receive(bob)).toEqual([expect.objectContaining({ text, road: 'onion', request: true })]);
    await sottoJson(['contacts', 'accept', carol.account, '--profile', bob.profile]);
    const answer = randomText();
    expect(await send(bob, carol, answer)).toMatchObject({ road: 'onion', state: 'sent' });
    expect(await receive(carol)).toEqual([expect.objectContaining({ text: answer, road: 'onion' })]);
  });

  it('that is strict waits when no storage node answers, and says so', async () => {
    await contact(alice, bob, 'road', bob.account, 'onion');
    for (let node = 1; node <= NODES; node++) await devnet.ctl('kill', `node:${node}`);
    const waiting = await runSotto([
      ...['send', '--profile', alice.profile, '--to', bob.account, '--timeout', '3', '--json', 'x'],
    ]);
    expect(waiting.code, waiting.stderr).toBe(3);
    const problem = expect.stringContaining('onion road only');
    expect(linesOf(waiting.stdout)).toEqual([
      expect.objectContaining({ road: null, state: 'queued', problem }),
    ]);
    const doctor = await runSotto(['doctor', '--profile', alice.profile, '--json']);
    expect(doctor.code).toBe(1);
    const wrong = linesOf(doctor.stdout).filter(({ ok }) => ok === false);
    expect(wrong).toContainEqual(expect.objectContaining({ check: 'onion', hint: expect.any(String) }));
    for (let node = 1; node <= NODES; node++) await devnet.ctl('start', `node:${node}`);
    expect(await receive(bob)).toEqual([]);
    const carried = await send(alice, bob, 'y', '--timeout', '60');
    expect(carried).toMatchObject({ road: 'onion', state: 'sent' });
    const texts = (await receive(bob)).map(({ text, road }) => [text, road]);
    expect(texts).toEqual([
      ['x', 'onion'],
      ['y', 'onion'],
    ]);
  });
});

describe('doctor', () => {
  it('looks at both roads', async () => {
    const doctor = await runSotto(['doctor', '--profile', bob.profile, '--json']);
    expect(doctor.code, doctor.stdout).toBe(0);
    const checks = linesOf(doctor.stdout).map(({ check }) => check);
    for (const check of ['relay', 'onion', 'directory', 'guards', 'onion clock', 'record in its swarm']) {
      expect(checks).toContain(check);
    }
  });
});
