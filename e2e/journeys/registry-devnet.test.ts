import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevnet, type Devnet } from '../src/devnet.ts';
import { linesOf } from '../src/json-lines.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { receive } from '../src/receive.ts';
import { refusal } from '../src/refusal.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { say } from '../src/say.ts';
import { slowness } from '../src/slowness.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

/** A network whose nodes are in a registry contract, on a chain of this machine: nobody signs a list of them. */

const NODES = 5;
/** Tests of seconds, epochs of five blocks, and a transaction. */
const VOTED_OUT_MS = 60_000;
/** Nodes look each second, and a profile asks three of them when it is opened. */
const FOLLOWED_MS = 60_000;
/** Of the account that has all the money of such a chain, which everybody knows. */
const OPERATOR = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

let devnet: Devnet;
let alice: Person;
let bob: Person;
let sixth: Running | undefined;

beforeAll(async () => {
  devnet = await createDevnet(['--chain', '--quick-votes', '--nodes', String(NODES), '--no-relay']);
  await writeFile(operatorKey(), `${OPERATOR}\n`);
  const list = join(devnet.dir, 'fetched.json');
  await sottoJson(['directory', 'fetch', '--chain', place('chain.json'), '--file', list]);
  alice = await person('alice', list);
  bob = await person('bob', list);
}, 180_000);

afterAll(async () => {
  await sixth?.stop('SIGKILL');
  if (devnet === undefined) return;
  // A test has ended the first, and begun another in its folder.
  await runSotto(['devnet', 'ctl', '--dir', place(''), 'stop']);
  await rm(devnet.dir, { recursive: true, force: true });
}, 60_000);

function place(name: string): string {
  return join(devnet.dir, 'net', name);
}

function operatorKey(): string {
  return join(devnet.dir, 'operator.key');
}

/** Somebody who has nothing of the network but a list that the chain was asked for. */
async function person(label: string, list: string): Promise<Person> {
  const name = `${label} ${randomBytes(4).toString('hex')}`;
  const profile = join(devnet.dir, label);
  const created = await sottoJson([
    ...['account', 'create', '--profile', profile, '--name', name, '--directory', list, '--onion-only'],
  ]);
  return { name, profile, account: String(created['account_id']) };
}

/** Until the profiles go by so many nodes, which they have heard of through paths and in no other way. */
async function followed(nodes: number): Promise<void> {
  for (const one of [alice, bob]) {
    await waitUntil(
      `${one.name} goes by ${nodes} storage nodes`,
      FOLLOWED_MS * slowness(),
      async () => (await known(one)) === nodes,
    );
  }
}

async function known(one: Person): Promise<number> {
  // Open for long enough that the nodes asked have answered.
  await receive(one, 3);
  const { stdout } = await runSotto(['doctor', '--profile', one.profile, '--json']);
  const line = linesOf(stdout).find(({ check }) => check === 'directory');
  return Number.parseInt(String(line?.['detail']), 10);
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
    const [made, fetched] = await Promise.all(
      [place('directory.json'), join(devnet.dir, 'fetched.json')].map(async (file) =>
        JSON.parse(await readFile(file, 'utf8')),
      ),
    );
    expect(made).toMatchObject({ threshold: 0, signers: [], signatures: [] });
    expect(fetched).toMatchObject({ threshold: 0, signers: [], nodes: made.nodes });
    await carry();
  });

  it('has one node more when somebody registers it, and clients hear of it', {
    timeout: 600_000,
  }, async () => {
    const [first] = devnet.running.ready['nodes'] as { ip: string }[];
    const at = `${first?.ip.split('.').slice(0, 2).join('.')}.${NODES + 1}.1:22021`;
    const data = join(devnet.dir, 'sixth');
    const registry = place('chain.json');
    await sottoJson(['node', 'init', '--data', data, '--public', at]);
    // Whoever is in the registry and does not answer is voted out, here within seconds.
    sixth = await startUntilReady([
      ...['node', 'serve', '--data', data, '--listen', at, '--directory', registry, '--quick-votes'],
    ]);
    await sottoJson(['node', 'register', '--data', data, '--registry', registry, '--key', operatorKey()]);
    await followed(NODES + 1);
    await carry();
  });

  it('votes out a node that is down, and goes on without it', { timeout: 600_000 }, async () => {
    const gone = (devnet.running.ready['nodes'] as { pubkey_ed25519: string }[])[NODES - 1]?.pubkey_ed25519;
    await devnet.ctl('kill', `node:${NODES}`);
    await waitUntil(
      'it has left the directory',
      VOTED_OUT_MS * slowness(),
      async () => !(await listed()).includes(String(gone)),
    );
    await followed(NODES);
    await carry();
  });

  it('carries messages while nobody can read the chain', { timeout: 120_000 }, async () => {
    await devnet.ctl('kill', 'chain');
    await carry();
    await devnet.ctl('start', 'chain');
  });

  it('remembers its registry, and takes the node back that it had lost', { timeout: 600_000 }, async () => {
    const before = await readFile(place('chain.json'), 'utf8');
    expect(await devnet.running.stop('SIGTERM')).toBe(0);
    const again = await startUntilReady(['devnet', '--dir', place(''), '--quick-votes', '--no-relay']);
    try {
      expect(await readFile(place('chain.json'), 'utf8')).toBe(before);
      expect(again.ready).toMatchObject({ chain: place('chain.json') });
      expect(await listed()).toHaveLength(NODES + 1);
      await followed(NODES + 1);
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
      ...['node', 'exit', '--data', data, '--registry', place('chain.json'), '--key', operatorKey()],
      '--json',
    ]);
    expect(done.code).toBe(1);
    // The chain has ended with its devnet.
    expect(done.stderr).toContain('chain-unreachable');
  });
});
