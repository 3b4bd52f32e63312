import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toHex } from '@sotto/bytes';
import { ed25519KeyPair, ed25519PublicToX25519, randomBytes } from '@sotto/crypto';
import { acceptList, decodeSignedList, describeNode, parseListFile } from '@sotto/directory';
import { parseNetwork } from '@sotto/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  controlDevnet,
  type Devnet,
  DevnetError,
  type DevnetOptions,
  type InitNode,
  startDevnet,
} from '../src/index.ts';

const BIN = fileURLToPath(new URL('./_stand-in.mjs', import.meta.url));

let folder: string;
let dir: string;
let notes: string[];
const running: Devnet[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-devnet-'));
  dir = join(folder, 'net');
  notes = [];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((devnet) => devnet.close()));
  await rm(folder, { recursive: true });
});

/** Keys of a node are kept in its data folder, as the real one does. */
const initNode: InitNode = async ({ data, ip, httpsPort, omqPort }) => {
  await mkdir(data, { recursive: true });
  const file = join(data, 'seed');
  const seed = await readFile(file).catch(async () => {
    const fresh = randomBytes(32);
    await writeFile(file, fresh);
    return fresh;
  });
  const { publicKey } = ed25519KeyPair(new Uint8Array(seed));
  const x25519 = ed25519PublicToX25519(publicKey) ?? publicKey;
  return describeNode({ ip, httpsPort, omqPort, ed25519: publicKey, x25519 });
};

function options(more: Partial<DevnetOptions> = {}): DevnetOptions {
  return { dir, bin: BIN, relay: true, initNode, note: (words) => notes.push(words), ...more };
}

async function start(more: Partial<DevnetOptions> = {}): Promise<Devnet> {
  const started = await startDevnet(options(more));
  if (started.outcome !== 'started') throw new Error('it was running already');
  running.push(started.devnet);
  return started.devnet;
}

/** What answers at an address, or nothing. */
function answerOf(ip: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: ip, port });
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.once('end', () => resolve(text));
    socket.once('error', () => resolve(undefined));
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a devnet', () => {
  it('says in one line where everything is', async () => {
    const { ready } = await start({ nodes: 4, swarms: 2 });
    const block = ready.nodes[0]?.ip.split('.')[1];
    expect(Object.keys(ready)).toEqual([
      ...['event', 'dir', 'pid', 'relay', 'relay_pid', 'directory', 'network'],
      ...['chain', 'chain_pid', 'nodes', 'apps'],
    ]);
    expect(ready).toMatchObject({ event: 'ready', dir, pid: process.pid, chain: null, apps: [] });
    expect(ready.relay).toBe(`https://127.${block}.200.1:8443#key=${'A'.repeat(43)}`);
    expect(ready.nodes.map(({ ip, https_port, swarm_id }) => [ip, https_port, swarm_id])).toEqual([
      [`127.${block}.1.1`, 22_021, '0'],
      [`127.${block}.2.1`, 22_021, '9223372036854775808'],
      [`127.${block}.3.1`, 22_021, '0'],
      [`127.${block}.4.1`, 22_021, '9223372036854775808'],
    ]);
    for (const { ip, https_port, pid } of ready.nodes) {
      expect(await answerOf(ip, https_port)).toBe('node serve');
      expect(isAlive(pid)).toBe(true);
    }
    expect(isAlive(ready.relay_pid ?? 0)).toBe(true);
  });

  it('signs a list of its nodes and puts it in a network text', async () => {
    const { ready } = await start({ nodes: 3 });
    const listed = parseListFile(await readFile(ready.directory, 'utf8'));
    expect(acceptList({ incoming: listed }).outcome).toBe('accepted');
    expect(listed.list).toMatchObject({ sequence: 1, subnets: 'ignore' });
    expect(new Set(listed.list.nodes.map(({ ed25519 }) => toHex(ed25519)))).toEqual(
      new Set(ready.nodes.map(({ pubkey_ed25519 }) => pubkey_ed25519)),
    );
    const network = parseNetwork(await readFile(ready.network, 'utf8'));
    expect(network.relay?.url).toBe(ready.relay?.split('#')[0]);
    expect(decodeSignedList(network.directory ?? new Uint8Array())).toEqual(listed);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, 'directory.key'))).mode & 0o777).toBe(0o600);
  });

  it('returns with all its addresses, keys and the same list', async () => {
    const first = await start({ nodes: 3, swarms: 2 });
    const list = await readFile(first.ready.directory, 'utf8');
    await first.close();
    const second = await start();
    const withoutPids = ({ nodes, ...ready }: Devnet['ready']) => ({
      ...ready,
      relay_pid: 0,
      nodes: nodes.map((node) => ({ ...node, pid: 0 })),
    });
    expect(withoutPids(second.ready)).toEqual(withoutPids(first.ready));
    expect(await readFile(second.ready.directory, 'utf8')).toBe(list);
  });

  it('runs without a relay, and without nodes', async () => {
    const { ready } = await start({ nodes: 2, relay: false });
    expect(ready).toMatchObject({ relay: null, relay_pid: null });
    expect(parseNetwork(await readFile(ready.network, 'utf8'))).not.toHaveProperty('relay');
    const other = await start({ dir: join(folder, 'other'), nodes: 0 });
    expect(other.ready).toMatchObject({ nodes: [], relay: expect.stringContaining('https://127.') });
    expect(parseNetwork(await readFile(other.ready.network, 'utf8'))).not.toHaveProperty('directory');
  });

  it('leaves nothing behind when it is closed', async () => {
    const { ready, close, ended } = await start({ nodes: 2 });
    await writeFile(join(dir, 'misbehave'), 'stubborn');
    await controlDevnet({ dir, action: 'kill', target: 'node:1' });
    const [stubborn] = await controlDevnet({ dir, action: 'start', target: 'node:1' });
    await close();
    await ended;
    for (const { ip, https_port } of ready.nodes) expect(await answerOf(ip, https_port)).toBeUndefined();
    expect(isAlive(stubborn?.pid ?? 0)).toBe(false);
    await expect(controlDevnet({ dir, action: 'status' })).rejects.toMatchObject({
      code: 'not-running',
      hint: expect.stringContaining(`--dir ${dir}`),
    });
  });
});

describe('apps of a devnet', () => {
  it('start after the network, each at an address of its own that is remembered', async () => {
    const first = await start({ nodes: 1, apps: ['alice', 'bob'] });
    const block = first.ready.nodes[0]?.ip.split('.')[1];
    const placesOf = ({ ready }: Devnet) => ready.apps.map(({ name, url }) => [name, new URL(url).host]);
    expect(placesOf(first)).toEqual([
      ['alice', `127.${block}.101.1:8480`],
      ['bob', `127.${block}.102.1:8480`],
    ]);
    for (const { name, url, profile, pid } of first.ready.apps) {
      expect(profile).toBe(join(dir, 'apps', name));
      expect(url).toBe(`http://${new URL(url).host}/#t=${pid}`);
      expect(await answerOf(new URL(url).hostname, 8480)).toBe(`app ${name} sotto-network:`);
      expect(isAlive(pid)).toBe(true);
    }
    await first.close();
    for (const { pid } of first.ready.apps) expect(isAlive(pid)).toBe(false);
    const second = await start({ apps: ['carol', 'bob'] });
    expect(placesOf(second)).toEqual([
      ['carol', `127.${block}.103.1:8480`],
      ['bob', `127.${block}.102.1:8480`],
    ]);
    await second.close();
    expect((await start()).ready.apps).toEqual([]);
  });

  it('are killed and started like servers, and then have another link', async () => {
    const { ready } = await start({ nodes: 0, apps: ['alice'] });
    const [before] = ready.apps;
    expect(await controlDevnet({ dir, action: 'kill', target: 'app:alice' })).toEqual([
      { target: 'app:alice', state: 'killed', pid: null },
    ]);
    expect(isAlive(before?.pid ?? 0)).toBe(false);
    const [started] = await controlDevnet({ dir, action: 'start', target: 'app:alice' });
    expect(started).toMatchObject({ target: 'app:alice', state: 'running', pid: expect.any(Number) });
    expect(started?.url).toBe(before?.url.replace(String(before.pid), String(started?.pid)));
    expect(await controlDevnet({ dir, action: 'status' })).toContainEqual(started);
    process.kill(started?.pid ?? 0, 'SIGKILL');
    await until(() => notes.length > 0);
    expect(notes).toEqual([
      expect.stringMatching(/^app:alice ended by itself \(SIGKILL\); see .*app-alice\.log$/),
    ]);
    expect(await controlDevnet({ dir, action: 'status' })).toContainEqual({
      target: 'app:alice',
      state: 'crashed',
      pid: null,
    });
  });

  it('are as many as a folder can remember', async () => {
    await (await start({ nodes: 0 })).close();
    const file = join(dir, 'devnet.json');
    const layout = JSON.parse(await readFile(file, 'utf8'));
    const labels = Array.from({ length: 64 }, (_, index) => `app-${index}`);
    await writeFile(file, JSON.stringify({ ...layout, apps: labels }));
    const refused = startDevnet(options({ apps: ['one-more'] }));
    await expect(refused).rejects.toMatchObject({ code: 'other-size' });
  });
});

describe('a second devnet in the same folder', () => {
  it('reports the line of the first', async () => {
    const { ready } = await start({ nodes: 1 });
    expect(await startDevnet(options())).toEqual({ outcome: 'running', ready });
  });

  it('reports it also while the first is still starting', async () => {
    // At every moment of the first's beginning.
    const all = await Promise.all(
      Array.from({ length: 8 }, async (_, turns) => {
        for (let turn = 0; turn < 4 * turns; turn++) await setImmediate();
        return startDevnet(options({ nodes: 1 }));
      }),
    );
    for (const each of all) if (each.outcome === 'started') running.push(each.devnet);
    const outcomes = all.map(({ outcome }) => outcome).toSorted();
    expect(outcomes).toEqual([...Array<string>(7).fill('running'), 'started']);
  });

  it('takes the place of one whose supervisor was killed', async () => {
    const { controlPath } = await import('../src/control-path.ts');
    const { ready, close } = await start({ nodes: 1 });
    await close();
    await writeFile(controlPath(dir), '');
    expect((await start()).ready.nodes[0]?.ip).toBe(ready.nodes[0]?.ip);
  });
});

describe('control of a devnet', () => {
  it('kills a server for good and starts it at its address', async () => {
    const { ready } = await start({ nodes: 2 });
    const [node] = ready.nodes;
    if (node === undefined) throw new Error('no node');
    expect(await controlDevnet({ dir, action: 'kill', target: 'node:1' })).toEqual([
      { target: 'node:1', state: 'killed', pid: null },
    ]);
    expect(await answerOf(node.ip, node.https_port)).toBeUndefined();
    expect(isAlive(node.pid)).toBe(false);
    const states = async () =>
      (await controlDevnet({ dir, action: 'status' })).map(({ target, state }) => `${target} ${state}`);
    expect(await states()).toEqual(['relay running', 'node:1 killed', 'node:2 running']);
    const [started] = await controlDevnet({ dir, action: 'start', target: 'node:1' });
    expect(started).toMatchObject({ target: 'node:1', state: 'running', pid: expect.any(Number) });
    expect(await answerOf(node.ip, node.https_port)).toBe('node serve');
    expect(await controlDevnet({ dir, action: 'start', target: 'node:1' })).toEqual([started]);
    expect(notes).toEqual([]);
  });

  it('reports a server that ended by itself and does not restart it', async () => {
    const { ready } = await start({ nodes: 1 });
    process.kill(ready.relay_pid ?? 0, 'SIGKILL');
    await until(() => notes.length > 0);
    expect(notes).toEqual([expect.stringMatching(/^relay ended by itself \(SIGKILL\); see .*relay\.log$/)]);
    const [relay] = await controlDevnet({ dir, action: 'status' });
    expect(relay).toEqual({ target: 'relay', state: 'crashed', pid: null });
    expect(await readFile(join(dir, 'logs', 'relay.log'), 'utf8')).toContain('a line for the log');
  });

  it('stops all of it', async () => {
    const { ready, ended } = await start({ nodes: 1 });
    expect(await controlDevnet({ dir, action: 'stop' })).toEqual([
      { target: 'relay', state: 'killed', pid: null },
      { target: 'node:1', state: 'killed', pid: null },
    ]);
    await ended;
    expect(isAlive(ready.nodes[0]?.pid ?? 0)).toBe(false);
    expect((await start()).ready.relay).toBe(ready.relay);
  });

  it('says what is not there', async () => {
    await expect(controlDevnet({ dir, action: 'status' })).rejects.toMatchObject({ code: 'not-running' });
    await start({ nodes: 1 });
    const wrong = controlDevnet({ dir, action: 'kill', target: 'node:2' });
    await expect(wrong).rejects.toMatchObject({ code: 'no-such-target', hint: 'it has relay, node:1' });
  });
});

describe('a devnet that cannot be', () => {
  async function refusal(more: Partial<DevnetOptions> = {}): Promise<DevnetError> {
    const error = await startDevnet(options(more)).catch((thrown: unknown) => thrown);
    if (!(error instanceof DevnetError)) throw new Error('it was not refused');
    return error;
  }

  it('is of another size than its folder', async () => {
    await (await start({ nodes: 1 })).close();
    expect(await refusal({ nodes: 2 })).toMatchObject({
      code: 'other-size',
      hint: expect.stringContaining('--dir'),
    });
    expect(await refusal({ swarms: 2 })).toMatchObject({ code: 'other-size' });
  });

  it('lies in a folder of something else, or one that forgot', async () => {
    await mkdir(dir);
    await writeFile(join(dir, 'letter.txt'), 'dear');
    expect(await refusal()).toMatchObject({ code: 'bad-folder' });
    await writeFile(join(dir, 'devnet.json'), '{"version":1}');
    expect(await refusal()).toMatchObject({ code: 'bad-folder' });
    expect(await refusal({ dir: join(dir, 'letter.txt') })).toMatchObject({ code: 'bad-folder' });
  });

  it('has a key that was cut off; and one that is whole is its owner’s alone, whatever was left beside it', async () => {
    await (await start({ nodes: 1 })).close();
    const file = join(dir, 'directory.key');
    await rm(file);
    await rm(join(dir, 'directory.json'));
    await writeFile(`${file}.new`, 'x'.repeat(100), { mode: 0o644 });
    await (await start({ nodes: 1 })).close();
    const key = await readFile(file, 'utf8');
    expect(key).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(dir)).filter((name) => name.endsWith('.new'))).toEqual([]);
    await writeFile(file, key.slice(0, 20));
    expect(await refusal()).toMatchObject({ code: 'bad-folder', hint: expect.stringContaining('--dir') });
  });

  it('has a server that ends at once; then nothing of it is left', async () => {
    await (await start({ nodes: 2 })).close();
    await writeFile(join(dir, 'misbehave'), `fail ${join(dir, 'node-2')}`);
    expect(await refusal()).toMatchObject({ code: 'not-ready', hint: expect.stringContaining('node-2.log') });
    const { nodes } = JSON.parse(await readFile(join(dir, 'directory.json'), 'utf8'));
    for (const { ip } of nodes) expect(await answerOf(ip, 22_021)).toBeUndefined();
    await expect(controlDevnet({ dir, action: 'status' })).rejects.toMatchObject({ code: 'not-running' });
  });

  it('was told to end before it was there', async () => {
    expect(await refusal({ nodes: 2, signal: AbortSignal.abort() })).toMatchObject({ code: 'interrupted' });
  });

  it('finds somebody else at its addresses', { timeout: 20_000 }, async () => {
    await start({ nodes: 1 });
    const other = join(folder, 'copy');
    await mkdir(other);
    await writeFile(join(other, 'devnet.json'), await readFile(join(dir, 'devnet.json'), 'utf8'));
    expect(await refusal({ dir: other })).toMatchObject({ code: 'address-taken' });
  });
});
