import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOf } from '../src/json-lines.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { refusal } from '../src/refusal.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { slowness } from '../src/slowness.ts';
import { waitUntil } from '../src/wait-until.ts';

/** The contract of DESIGN §4 about a devnet: its line, its control, and that nothing outlives it. */

const BIN = fileURLToPath(new URL('../../apps/cli/bin/sotto.js', import.meta.url));

/** With all its processes on two cores. */
const READY_MS = 10_000;
/** However the supervisor ends, nothing is left after this. */
const GONE_MS = 3000;

interface Ready {
  readonly dir: string;
  readonly pid: number;
  readonly relay: string;
  readonly relay_pid: number;
  readonly network: string;
  readonly directory: string;
  readonly nodes: readonly {
    readonly ip: string;
    readonly https_port: number;
    readonly pubkey_ed25519: string;
    readonly pid: number;
    readonly swarm_id: string;
    readonly data: string;
  }[];
}

let folder: string;
let dir: string;
let started: Running[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-devnet-'));
  dir = join(folder, 'net');
  started = [];
});
afterEach(async () => {
  await runSotto(['devnet', 'ctl', '--dir', dir, 'stop']);
  for (const { child } of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function devnet(...flags: readonly string[]): Promise<{ running: Running; ready: Ready }> {
  const running = await startUntilReady(['devnet', '--dir', dir, ...flags]);
  started.push(running);
  return { running, ready: running.ready as unknown as Ready };
}

async function control(...words: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const done = await runSotto(['devnet', 'ctl', '--dir', dir, ...words, '--json']);
  expect(done.code, done.stderr).toBe(0);
  return linesOf(done.stdout);
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** What has ended but was not collected by its new parent yet is gone as well. */
function isAlive(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return false;
  return !/\) Z /.test(readFileSync(file, 'utf8'));
}

function placesOf({ relay, nodes }: Ready): readonly { readonly host: string; readonly port: number }[] {
  const { hostname, port } = new URL(relay);
  return [
    { host: hostname, port: Number(port) },
    ...nodes.map((node) => ({ host: node.ip, port: node.https_port })),
  ];
}

async function isNothingLeft(ready: Ready): Promise<boolean> {
  const pids = [ready.pid, ready.relay_pid, ...ready.nodes.map(({ pid }) => pid)];
  if (pids.some(isAlive)) return false;
  return !(await Promise.all(placesOf(ready).map(({ host, port }) => answers(host, port)))).includes(true);
}

function allGone(ready: Ready): Promise<void> {
  return waitUntil('no process and no port is left', GONE_MS * slowness(), () => isNothingLeft(ready));
}

describe('a devnet', () => {
  it('answers within ten seconds and says where everything is', async () => {
    const slow = slowness();
    const before = Date.now();
    const { running, ready } = await devnet();
    const took = Date.now() - before;
    expect(took).toBeLessThan(READY_MS * Math.max(slow, slowness()));
    const block = ready.nodes[0]?.ip.split('.')[1];
    expect(ready).toEqual({
      event: 'ready',
      dir,
      pid: running.child.pid,
      relay: expect.stringMatching(new RegExp(`^https://127\\.${block}\\.200\\.1:8443#key=[\\w-]{43}$`)),
      relay_pid: expect.any(Number),
      directory: join(dir, 'directory.json'),
      network: join(dir, 'network.txt'),
      chain: null,
      chain_pid: null,
      nodes: Array.from({ length: 9 }, (_, index) => ({
        ip: `127.${block}.${index + 1}.1`,
        https_port: 22_021,
        pubkey_ed25519: expect.stringMatching(/^[0-9a-f]{64}$/),
        pubkey_x25519: expect.stringMatching(/^[0-9a-f]{64}$/),
        swarm_id: expect.stringMatching(/^\d+$/),
        pid: expect.any(Number),
        data: join(dir, `node-${index + 1}`),
      })),
      apps: [],
    });
    expect([...countBySwarm(ready).values()]).toEqual([3, 3, 3]);
    expect(new Set(ready.nodes.map(({ pid }) => pid)).size).toBe(9);
    for (const { host, port } of placesOf(ready)) expect(await answers(host, port)).toBe(true);
    expect(await readFile(ready.network, 'utf8')).toMatch(/^sotto-network:1:/);
    expect(await sottoJson(['directory', 'show', '--file', ready.directory])).toMatchObject({
      complete: true,
      subnets: 'ignore',
    });
    // The same line for whoever starts it again, and no second one.
    expect(await sottoJson(['devnet', '--dir', dir])).toEqual(ready);
    expect(await running.stop('SIGTERM')).toBe(0);
    expect(await isNothingLeft(ready)).toBe(true);
  });

  it('lets single servers be killed and started; each returns with its address and key', async () => {
    const { ready } = await devnet('--nodes', '3');
    const { relay_pid, nodes } = ready;
    const [relayPlace, , second] = placesOf(ready);
    if (relayPlace === undefined || second === undefined) throw new Error('no places');
    expect(await control('kill', 'relay')).toEqual([{ target: 'relay', state: 'killed', pid: null }]);
    expect(await control('kill', 'node:2')).toEqual([{ target: 'node:2', state: 'killed', pid: null }]);
    expect(await answers(relayPlace.host, relayPlace.port)).toBe(false);
    expect(await answers(second.host, second.port)).toBe(false);
    expect([relay_pid, nodes[1]?.pid ?? 0].some(isAlive)).toBe(false);
    expect((await control('status')).map(({ state }) => state)).toEqual([
      ...['killed', 'running', 'killed', 'running'],
    ]);
    expect(await control('start', 'relay')).toEqual([
      { target: 'relay', state: 'running', pid: expect.any(Number) },
    ]);
    await control('start', 'node:2');
    expect(await answers(relayPlace.host, relayPlace.port)).toBe(true);
    expect(await answers(second.host, second.port)).toBe(true);
    await control('stop');
    await allGone(ready);
    const { ready: again } = await devnet();
    const lasting = ({ relay, nodes: all }: Ready) => [
      relay,
      ...all.map(({ ip, pubkey_ed25519, swarm_id }) => [ip, pubkey_ed25519, swarm_id]),
    ];
    expect(lasting(again)).toEqual(lasting(ready));
  });

  it('is gone within three seconds of a SIGKILL of its supervisor', async () => {
    const { running, ready } = await devnet();
    running.child.kill('SIGKILL');
    await allGone(ready);
    // Nothing of it is in the way of the next one.
    expect((await devnet()).ready.relay).toBe(ready.relay);
  });

  it('is gone within three seconds of a SIGTERM of its parent', async () => {
    const script = `require('node:child_process').spawn(process.execPath, ${JSON.stringify([
      ...[BIN, 'devnet', '--dir', dir, '--json'],
    ])}, { stdio: ['ignore', 'inherit', 'inherit'] })`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const ready = JSON.parse(line) as Ready;
    expect(await isNothingLeft(ready)).toBe(false);
    parent.kill('SIGTERM');
    await allGone(ready);
  });

  it('goes on after its parent when it is detached, until it is told to stop', async () => {
    const ready = (await sottoJson(['devnet', '--dir', dir, '--nodes', '1', '--detach'])) as unknown as Ready;
    expect(isAlive(ready.pid)).toBe(true);
    expect(await sottoJson(['devnet', '--dir', dir, '--detach'])).toEqual(ready);
    expect((await control('status')).map(({ state }) => state)).toEqual(['running', 'running']);
    await control('stop');
    await allGone(ready);
    expect(await refusal(['devnet', 'ctl', '--dir', dir, 'status'])).toEqual({
      code: 1,
      error: 'devnet-not-running',
    });
  });

  it('says what it cannot do', async () => {
    await devnet('--nodes', '1');
    const ctl = ['devnet', 'ctl', '--dir', dir];
    expect(await refusal([...ctl, 'kill', 'node:7'])).toEqual({ code: 1, error: 'devnet-no-such-target' });
    expect(await refusal(['devnet', '--dir', folder])).toEqual({ code: 1, error: 'devnet-bad-folder' });
  });
});

function countBySwarm({ nodes }: Ready): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { swarm_id } of nodes) counts.set(swarm_id, (counts.get(swarm_id) ?? 0) + 1);
  return counts;
}
