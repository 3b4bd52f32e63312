import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUntilReady } from '../src/long-running.ts';
import { networkWrapper, readNetTrace, talkedTo } from '../src/net-trace.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RelayServer, type RoadsWorld, theOne } from '../src/roads-world.ts';
import { runSotto } from '../src/run-sotto.ts';
import { say } from '../src/say.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

/**
 * Two relays that know nothing of each other, and one network of storage nodes. A client dials its own
 * relay only; another one, named in somebody's record, is reached through three hops or not at all.
 */
let world: RoadsWorld;
let relayA: RelayServer;
let relayB: RelayServer;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  world = await createRoadsWorld([3, 3], 2);
  relayA = theOne(world.relays, 0);
  relayB = theOne(world.relays, 1);
  alice = await world.person('alice', relayA);
  bob = await world.person('bob', relayB);
}, 120_000);

afterAll(() => world?.close(), 60_000);

/** What somebody's daemon talked to while `act` ran. */
async function traced(person: Person, act: () => Promise<void>): Promise<readonly string[]> {
  const file = join(world.dir, `${Date.now()}.strace`);
  const daemon = await startUntilReady(['daemon', '--profile', person.profile], {
    wrapper: networkWrapper(file),
  });
  try {
    await act();
  } finally {
    await daemon.stop('SIGTERM');
  }
  return talkedTo(await readNetTrace(file));
}

describe('people at two relays', () => {
  it('write to each other through three hops, and neither dials the other’s relay', async () => {
    await world.storage.takeTrace();
    const [there, back] = [randomText(), randomText()];
    let dialledByBob: readonly string[] = [];
    const dialledByAlice = await traced(alice, async () => {
      dialledByBob = await traced(bob, async () => {
        expect(await say(alice, bob, there)).toMatchObject({ state: 'sent' });
        const [request] = await receive(bob);
        expect(request).toMatchObject({ text: there, from: alice.account, request: true });
        const accepted = await runSotto(['contacts', 'accept', alice.account, '--profile', bob.profile]);
        expect(accepted.code, accepted.stderr).toBe(0);
        expect(await say(bob, alice, back)).toMatchObject({ state: 'sent' });
        expect((await receive(alice)).map(({ text }) => text)).toEqual([back]);
      });
    });
    const nodes = world.storage.nodes.map(({ ip, https_port }) => `${ip}:${https_port}`);
    const beyondNodes = (dialled: readonly string[]) => dialled.filter((address) => !nodes.includes(address));
    expect(beyondNodes(dialledByAlice)).toEqual([relayA.at]);
    expect(beyondNodes(dialledByBob)).toEqual([relayB.at]);
    const toServers = (await world.storage.takeTrace()).filter(({ role }) => role === 'server');
    expect(toServers.length, 'the message went to the relay by the onion network').toBeGreaterThan(0);
  });
});

describe('a record that names a canary relay', () => {
  let canary: Server;
  let knocks: string[];
  let hermit: Person;
  let strict: Person;
  let fast: Person;

  beforeAll(async () => {
    hermit = await world.person('hermit');
    strict = await world.person('strict', relayA);
    fast = await world.person('fast', relayA);
    // Nobody but whoever follows bob's record would come to this address any more.
    await world.killRelay(relayB);
    knocks = [];
    canary = createServer((socket) => {
      knocks.push(String(socket.remoteAddress));
      socket.destroy();
    });
    const [host, port] = relayB.at.split(':');
    await new Promise<void>((resolve) => canary.listen(Number(port), host, resolve));
  }, 60_000);

  afterAll(() => canary?.close());

  it('causes no packet to it from an account that uses the onion road alone', async () => {
    const dialled = await traced(hermit, async () => {
      expect(await say(hermit, bob, randomText())).toMatchObject({ state: 'sent', road: 'onion' });
    });
    expect(dialled.length).toBeGreaterThan(0);
    expect(dialled).not.toContain(relayB.at);
    expect(knocks).toEqual([]);
  });

  it('causes none from a strict chat either', async () => {
    const dialled = await traced(strict, async () => {
      const said = await say(strict, bob, randomText(), ['--road', 'onion']);
      expect(said).toMatchObject({ state: 'sent', road: 'onion' });
    });
    expect(dialled).not.toContain(relayB.at);
    expect(knocks).toEqual([]);
  });

  it('would be seen to: a chat that takes the fast road asks it through the onion network', async () => {
    const dialled = await traced(fast, async () => {
      await say(fast, bob, randomText(), ['--timeout', '10']);
      await waitUntil('somebody knocks', 60_000, () => knocks.length > 0);
    });
    expect(dialled).not.toContain(relayB.at);
    const exits = world.storage.nodes.map(({ ip }) => ip);
    expect(knocks.every((from) => exits.includes(from) || from === '127.0.0.1')).toBe(true);
  });
});
