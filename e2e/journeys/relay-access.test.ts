import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend } from '../src/devnet.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { networkWrapper, readNetTrace } from '../src/net-trace.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RelayServer, type RoadsWorld, theOne } from '../src/roads-world.ts';
import { sottoJson } from '../src/run-sotto.ts';
import { say } from '../src/say.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

/**
 * People of one relay, and what a client dials there. With relay access `onion` that is the one connection
 * on which mail comes in, also when nothing else answers; the rest goes through three hops.
 */
let world: RoadsWorld;
let relay: RelayServer;
let alice: Person;
let bob: Person;
let carol: Person;
let daemon: Running;
let trace: string;

beforeAll(async () => {
  world = await createRoadsWorld([3, 3], 1);
  relay = theOne(world.relays);
  alice = await world.person('alice', relay);
  bob = await world.person('bob', relay);
  carol = await world.person('carol', relay);
  await befriend(alice, bob);
  await begin();
}, 180_000);

afterAll(async () => {
  await daemon?.stop('SIGTERM');
  await world?.close();
}, 60_000);

let traces = 0;

/** Start alice's daemon, with a trace of what it dials. */
async function begin(): Promise<void> {
  trace = join(world.dir, `${++traces}.strace`);
  daemon = await startUntilReady(['daemon', '--profile', alice.profile], { wrapper: networkWrapper(trace) });
}

/** When alice's daemon has dialled the relay since some moment. */
async function dials(since = 0): Promise<readonly number[]> {
  const calls = await readNetTrace(trace);
  return calls
    .filter(({ call, to, at }) => call === 'connect' && to === relay.at && at >= since)
    .map(({ at }) => at);
}

/** Requests that last hops have brought to a server since the last look. */
const throughHops = async () =>
  (await world.storage.takeTrace()).filter(({ role }) => role === 'server').length;

const access = (...wish: readonly string[]) =>
  sottoJson(['account', 'relay-access', ...wish, '--profile', alice.profile]);

/** A text each way between alice and bob, both by their relay. */
async function talk(): Promise<void> {
  const [there, back] = [randomText(), randomText()];
  expect(await say(alice, bob, there)).toMatchObject({ state: 'sent', road: 'relay' });
  expect((await receive(bob)).map(({ text, road }) => [text, road])).toEqual([[there, 'relay']]);
  expect(await say(bob, alice, back)).toMatchObject({ state: 'sent', road: 'relay' });
  expect((await receive(alice)).map(({ text, road }) => [text, road])).toEqual([[back, 'relay']]);
}

describe('a client and its own relay', () => {
  it('is direct at first: it dials for mail, for its own record and for what must not say who asks', async () => {
    expect(await access()).toEqual({ relay_access: 'direct' });
    await world.storage.takeTrace();
    await talk();
    await waitUntil('the own record was looked at', 20_000, async () => (await dials()).length >= 3);
    expect(await throughHops()).toBe(0);
  });

  it('dials nothing more from the moment that it is asked through the onion network', async () => {
    expect(await access('onion')).toEqual({ relay_access: 'onion' });
    const changed = Date.now();
    await talk();
    // A first contact each way: their records, their keys, and work at the relay's price.
    const [question, answer] = [randomText(), randomText()];
    expect(await say(carol, alice, question)).toMatchObject({ state: 'sent', road: 'relay' });
    expect((await receive(alice)).map(({ text }) => text)).toEqual([question]);
    const dave = await world.person('dave', relay);
    expect(await say(alice, dave, answer)).toMatchObject({ state: 'sent', road: 'relay' });
    expect((await receive(dave)).map(({ text }) => text)).toEqual([answer]);
    await sottoJson(['doctor', '--profile', alice.profile]);
    expect(await dials(changed)).toEqual([]);
    // One for each text, two for the record and keys of whom she writes to first, one for whoever wrote to her first.
    expect(await throughHops()).toBeGreaterThanOrEqual(5);
  }, 90_000);

  it('dials once after a restart: for mail, and nothing before that', async () => {
    await daemon.stop('SIGTERM');
    await begin();
    await talk();
    await sottoJson(['doctor', '--profile', alice.profile]);
    expect(await dials()).toHaveLength(1);
  }, 60_000);

  it('keeps a message back rather than dial when no storage node answers', async () => {
    await Promise.all(world.storage.nodes.map(world.storage.kill));
    const text = randomText();
    const said = await say(alice, bob, text, ['--timeout', '12']);
    expect(said).toMatchObject({ code: 3, state: 'queued', road: null });
    expect(await dials()).toHaveLength(1);
    await Promise.all(world.storage.nodes.map((node) => world.storage.start(node)));
    await waitUntil('the message is there', 90_000, async () =>
      (await receive(bob, 5)).some((line) => line['text'] === text),
    );
    expect(await dials()).toHaveLength(1);
  }, 150_000);

  it('dials again from the moment that it may', async () => {
    const changed = Date.now();
    expect(await access('direct')).toEqual({ relay_access: 'direct' });
    // The first may still go by the other road, after what the relay's has just been through.
    await waitUntil('a text has gone there', 90_000, async () => {
      const text = randomText();
      const { road } = await say(alice, bob, text);
      expect((await receive(bob)).map((line) => line['text'])).toContain(text);
      return road === 'relay' && (await dials(changed)).length > 0;
    });
  }, 120_000);
});
