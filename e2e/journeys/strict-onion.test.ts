import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend } from '../src/devnet.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { type NetCall, networkWrapper, readNetTrace, talkedTo, trafficTo } from '../src/net-trace.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RelayServer, type RoadsWorld, theOne } from '../src/roads-world.ts';
import { finish, startSotto } from '../src/run-sotto.ts';
import { say } from '../src/say.ts';
import type { StorageNode } from '../src/storage-nodes.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

/**
 * The system calls of a client tell what it says to whom. On the strict onion road that is its guards
 * and nobody else, whatever fails.
 */
let world: RoadsWorld;
let relay: RelayServer;
/** Has a relay and the onion road. With dora the chat is strict; erin is somebody to write to by relay. */
let carol: Person;
let dora: Person;
let erin: Person;
let carolsDaemon: Running;
let carolsTrace: string;
/** When carol's daemon has done what it does once. */
let settled: number;

beforeAll(async () => {
  world = await createRoadsWorld([3, 3, 3], 1);
  relay = theOne(world.relays);
  carol = await world.person('carol', relay);
  dora = await world.person('dora', relay);
  erin = await world.person('erin', relay);
  await befriend(carol, dora, 'onion');
  carolsTrace = newTrace();
  carolsDaemon = await startUntilReady(['daemon', '--profile', carol.profile], {
    wrapper: networkWrapper(carolsTrace),
  });
  // A connection that is opened at the start, to look at records, is closed after 45 s of silence.
  settled = Date.now() + 55_000;
}, 180_000);

afterAll(async () => {
  await carolsDaemon?.stop('SIGTERM');
  await world?.close();
}, 60_000);

const addressOf = ({ ip, https_port }: StorageNode) => `${ip}:${https_port}`;
const addresses = () => world.storage.nodes.map(addressOf);

let traces = 0;
const newTrace = () => join(world.dir, `${++traces}.strace`);

describe('an account that uses the onion road alone', () => {
  /** A guard in use and one in reserve (reference: session-protocol §2.6), kept over restarts. */
  const GUARDS = 2;
  const files: string[] = [];
  let alice: Person;
  let bob: Person;
  let daemon: Running | undefined;

  /** Run a command of alice's to its end under a trace. */
  async function traced(args: readonly string[]): Promise<string> {
    const file = newTrace();
    files.push(file);
    const child = startSotto([...args, '--json'], { wrapper: networkWrapper(file) });
    child.stdin?.end();
    const done = await finish(child);
    expect(done.code, done.stderr).toBe(0);
    return done.stdout;
  }

  /** Everything that alice's processes have ever talked to. */
  async function everDialled(): Promise<readonly string[]> {
    const calls: NetCall[] = [];
    for (const file of files) calls.push(...(await readNetTrace(file)));
    return talkedTo(calls);
  }

  beforeAll(async () => {
    bob = await world.person('bob');
    const profile = join(world.dir, 'alice');
    const made = await traced([
      ...['account', 'create', '--profile', profile, '--name', 'alice', '--directory', world.storage.list],
      '--onion-only',
    ]);
    const { account_id } = JSON.parse(made) as { account_id: string };
    alice = { name: 'alice', profile, account: account_id };
  }, 60_000);

  afterAll(() => daemon?.stop('SIGTERM'));

  it('talks to the same few guards in every command: it makes itself, writes, reads, asks', async () => {
    const there = randomText();
    await traced(['send', '--profile', alice.profile, '--to', bob.account, there]);
    expect((await receive(bob)).map(({ text }) => text)).toEqual([there]);
    const back = randomText();
    expect(await say(bob, alice, back)).toMatchObject({ road: 'onion', state: 'sent' });
    expect(await traced(['receive', '--profile', alice.profile, '--timeout', '20'])).toContain(back);
    await traced(['contacts', 'list', '--profile', alice.profile]);
    await traced(['doctor', '--profile', alice.profile]);

    const dialled = await everDialled();
    expect(dialled.length).toBeGreaterThan(0);
    expect(dialled.length).toBeLessThanOrEqual(GUARDS);
    expect(addresses()).toEqual(expect.arrayContaining([...dialled]));
  });

  it('is answered by its guards as relays only: what it asks lies two hops behind them', async () => {
    const own = new Set(world.storage.nodes.map(({ ip }) => ip));
    const fromClients = (await world.storage.takeTrace()).filter(({ from }) => !own.has(from));
    expect(fromClients.length).toBeGreaterThan(0);
    expect(fromClients.filter(({ role }) => role !== 'relay')).toEqual([]);
  });

  it('replaces a guard that is killed, and still talks to nobody else', async () => {
    const file = newTrace();
    files.push(file);
    daemon = await startUntilReady(['daemon', '--profile', alice.profile], { wrapper: networkWrapper(file) });
    expect(await say(alice, bob, randomText())).toMatchObject({ state: 'sent' });
    const before = await everDialled();
    const inUse = (await readNetTrace(file)).at(-1)?.to;
    const guard = world.storage.nodes.find((node) => addressOf(node) === inUse);
    if (guard === undefined) throw new Error('alice talked to no node last');

    const there = randomText();
    const saying = say(alice, bob, there, ['--timeout', '40']);
    await new Promise((resolve) => setTimeout(resolve, randomInt(0, 300)));
    await world.storage.kill(guard);
    expect(await saying).toMatchObject({ state: 'sent', road: 'onion' });
    const back = randomText();
    expect(await say(bob, alice, back, ['--timeout', '40'])).toMatchObject({ state: 'sent' });
    expect((await receive(alice, 40)).map(({ text }) => text)).toEqual([back]);
    expect((await receive(bob, 20)).map(({ text }) => text)).toContain(there);

    await daemon.stop('SIGTERM');
    daemon = undefined;
    await world.storage.start(guard);
    const dialled = await everDialled();
    // One guard is gone, so one more may come; the dead one was also a hop of paths, which may cost the other its place.
    expect(dialled.length).toBeLessThanOrEqual(before.length + 2);
    expect(addresses()).toEqual(expect.arrayContaining([...dialled]));
  });
});

describe('a strict chat of an account that has a relay too', () => {
  /** The client says something to its relay every 30 s; two windows fit in between. */
  const KEEP_ALIVE = 30_000;
  const WINDOW = 14_000;
  const callsToRelay = async () =>
    (await readNetTrace(carolsTrace)).filter(({ to, bytes }) => to === relay.at && bytes > 0);

  /** The time of the next call to the relay after some moment. */
  async function nextCall(after: number): Promise<number> {
    let at: number | undefined;
    const look = async () => {
      at = (await callsToRelay()).find((call) => call.at > after)?.at;
      return at !== undefined;
    };
    const patience = Math.max(0, after - Date.now()) + KEEP_ALIVE + 10_000;
    await waitUntil('the client says something to its relay', patience, look, 500);
    return at ?? 0;
  }

  it('says the same to the relay with that chat’s messages and receipts as without', async () => {
    const from = (await nextCall(Math.max(settled, Date.now()))) + 500;
    const without = { from, until: from + WINDOW };
    const during = { from: without.until, until: without.until + WINDOW };
    await waitUntil('a window without the chat is over', KEEP_ALIVE, () => Date.now() > without.until);
    // First what carol owes a receipt for, which leaves within 15 s.
    const there = randomText();
    expect(await say(dora, carol, there)).toMatchObject({ road: 'onion', state: 'sent' });
    expect((await receive(carol)).map(({ text }) => text)).toEqual([there]);
    const back = [randomText(), randomText(), randomText()];
    for (const text of back) {
      expect(await say(carol, dora, text)).toMatchObject({ road: 'onion', state: 'sent' });
    }
    expect((await receive(dora)).map(({ text, road }) => [text, road])).toEqual(
      back.map((text) => [text, 'onion']),
    );
    expect(Date.now(), 'the chat was active within its window').toBeLessThan(during.until);
    await waitUntil('the window with the chat is over', KEEP_ALIVE, () => Date.now() > during.until);

    const calls = await readNetTrace(carolsTrace);
    expect(trafficTo(calls, relay.at, during)).toEqual(trafficTo(calls, relay.at, without));

    // Another chat takes the relay, and the trace sees it.
    expect(await say(carol, erin, randomText())).toMatchObject({ road: 'relay', state: 'sent' });
    const after = { from: during.until, until: Date.now() };
    const fast = trafficTo(await readNetTrace(carolsTrace), relay.at, after);
    expect(fast.bytes).toBeGreaterThan(2_500);
  }, 150_000);

  it('waits when no node answers, and nothing of it goes to the relay', async () => {
    await Promise.all(world.storage.nodes.map(world.storage.kill));
    const quiet = await nextCall(Date.now() - KEEP_ALIVE);
    const from = Math.max(quiet + 1, Date.now());
    const said = await say(carol, dora, randomText(), ['--timeout', '5']);
    expect(said).toMatchObject({ code: 3, state: 'queued', road: null });
    const told = trafficTo(await readNetTrace(carolsTrace), relay.at, { from, until: Date.now() });
    // At most what it says every 30 s in any case; a message is 2,560 bytes or more.
    expect(told.bytes).toBeLessThan(500);
    expect(await say(carol, erin, randomText())).toMatchObject({ road: 'relay', state: 'sent' });
    expect(
      talkedTo(await readNetTrace(carolsTrace)).filter((to) => to !== relay.at && !addresses().includes(to)),
    ).toEqual([]);
  });
});
