import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevnet, type Devnet } from '../src/devnet.ts';
import { startUntilReady } from '../src/long-running.ts';
import { receive } from '../src/receive.ts';
import { refusal } from '../src/refusal.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { say } from '../src/say.ts';
import { slowness } from '../src/slowness.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

/** A network whose nodes are in a registry contract, on a chain of this machine: nobody keeps its list. */

const NODES = 5;
/** Tests of seconds, epochs of five blocks, and a transaction. */
const VOTED_OUT_MS = 60_000;

let devnet: Devnet;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  devnet = await createDevnet(['--chain', '--quick-votes', '--nodes', String(NODES), '--no-relay']);
  alice = await devnet.person('alice', ['--onion-only']);
  bob = await devnet.person('bob', ['--onion-only']);
}, 180_000);

afterAll(async () => {
  if (devnet === undefined) return;
  // A test has ended the first, and begun another in its folder.
  await runSotto(['devnet', 'ctl', '--dir', place(''), 'stop']);
  await rm(devnet.dir, { recursive: true, force: true });
}, 60_000);

function place(name: string): string {
  return join(devnet.dir, 'net', name);
}

async function listed(): Promise<readonly string[]> {
  const { nodes } = JSON.parse(await readFile(place('directory.json'), 'utf8')) as {
    nodes: { pubkey_ed25519: string }[];
  };
  return nodes.map(({ pubkey_ed25519 }) => pubkey_ed25519);
}

async function carry(): Promise<void> {
  const text = randomText();
  expect(await say(alice, bob, text)).toMatchObject({ road: 'onion', state: 'sent' });
  expect(await receive(bob, 30)).toEqual([expect.objectContaining({ text, road: 'onion' })]);
}

describe('a devnet with a chain', () => {
  it('has its nodes in a registry, and carries messages', async () => {
    const { ready } = devnet.running;
    expect(ready).toMatchObject({ chain: place('chain.json'), chain_pid: expect.any(Number) });
    expect(JSON.parse(await readFile(place('chain.json'), 'utf8'))).toMatchObject({
      chain: { id: 31_337, contract: expect.stringMatching(/^0x[0-9a-f]{40}$/), agree: 1 },
    });
    expect(await listed()).toHaveLength(NODES);
    await carry();
  });

  it('votes out a node that is down, and goes on without it', { timeout: 240_000 }, async () => {
    const gone = (devnet.running.ready['nodes'] as { pubkey_ed25519: string }[])[NODES - 1]?.pubkey_ed25519;
    await devnet.ctl('kill', `node:${NODES}`);
    await waitUntil(
      'it has left the directory',
      VOTED_OUT_MS * slowness(),
      async () => (await listed()).length < NODES,
    );
    expect(await listed()).not.toContain(gone);
    for (const { profile } of [alice, bob]) {
      const changed = await sottoJson(['account', 'network', place('network.txt'), '--profile', profile]);
      expect(changed).toMatchObject({ changed: true, storage_nodes: NODES - 1 });
    }
    await carry();
  });

  it('carries messages while nobody can read the chain', { timeout: 120_000 }, async () => {
    await devnet.ctl('kill', 'chain');
    await carry();
    await devnet.ctl('start', 'chain');
  });

  it('remembers its registry, and takes the node back that it had lost', { timeout: 240_000 }, async () => {
    const before = await readFile(place('chain.json'), 'utf8');
    expect(await devnet.running.stop('SIGTERM')).toBe(0);
    const again = await startUntilReady(['devnet', '--dir', place(''), '--quick-votes', '--no-relay']);
    try {
      expect(await readFile(place('chain.json'), 'utf8')).toBe(before);
      expect(again.ready).toMatchObject({ chain: place('chain.json') });
      expect(await listed()).toHaveLength(NODES);
      await carry();
    } finally {
      await again.stop('SIGTERM');
    }
    const args = ['devnet', '--chain', '--swarms', '2', '--dir', join(devnet.dir, 'other')];
    expect(await refusal(args)).toEqual({ code: 2, error: 'usage' });
  });

  it('prints a vote key that stays, and refuses an operator who has nothing there', async () => {
    const data = place('node-1');
    const first = await sottoJson(['node', 'vote-key', '--data', data]);
    expect(first).toEqual({ vote_key: expect.stringMatching(/^0x[0-9a-fA-F]{40}$/) });
    expect(await sottoJson(['node', 'vote-key', '--data', data])).toEqual(first);
    const done = await runSotto([
      ...['node', 'exit', '--data', data, '--registry', place('chain.json'), '--key', place('directory.key')],
      '--json',
    ]);
    expect(done.code).toBe(1);
    // The chain has ended with its devnet.
    expect(done.stderr).toContain('chain-unreachable');
  });
});
