import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { toHex } from '@sotto/bytes';
import { ed25519KeyPair, ed25519PublicToX25519, randomBytes } from '@sotto/crypto';
import { acceptList, describeNode, parseListFile, verifyList } from '@sotto/directory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSotto } from '../src/run-sotto.ts';

let folder: string;
let list: string;
let key: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-directory-'));
  list = join(folder, 'nodes.json');
  key = join(folder, 'directory.key');
});
afterEach(() => rm(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly printed: Record<string, unknown>;
  readonly stderr: string;
}

async function directory(...args: readonly string[]): Promise<Ran> {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const signal = new AbortController().signal;
  const code = await runSotto(['directory', ...args, '--json'], { ...streams, environment: {}, signal });
  const stdout = String(streams.stdout.read() ?? '');
  return {
    code,
    printed: stdout === '' ? {} : JSON.parse(stdout),
    stderr: String(streams.stderr.read() ?? ''),
  };
}

async function done(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, printed, stderr } = await directory(...args);
  expect(code, stderr).toBe(0);
  return printed;
}

/** The one error of a refused command, which is always with words. */
async function refused(...args: readonly string[]): Promise<{ message: string; hint: string | null }> {
  const { code, printed, stderr } = await directory(...args);
  expect(printed).toEqual({});
  expect(code).toBe(1);
  const { error } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
  expect(error.code).toBe('bad-directory');
  return error;
}

/** NODE.json of a new node. */
async function node(ip: string, publicKey = ed25519KeyPair(randomBytes(32)).publicKey): Promise<string> {
  const x25519 = ed25519PublicToX25519(publicKey);
  if (x25519 === undefined) throw new Error('not a key');
  const file = join(folder, `${ip}.json`);
  const described = describeNode({ ip, httpsPort: 22_021, omqPort: 0, ed25519: publicKey, x25519 });
  await writeFile(file, JSON.stringify(described));
  return file;
}

const read = async () => parseListFile(await readFile(list, 'utf8'));

describe('a directory of storage nodes', () => {
  it('is begun with a key of its own and signed with it', async () => {
    const printed = await done('init', '--file', list, '--key', key);
    expect(printed).toMatchObject({
      sequence: 1,
      threshold: 1,
      subnets: 'distinct',
      nodes: [],
      complete: true,
    });
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    const signer = ed25519KeyPair(Buffer.from((await readFile(key, 'utf8')).trim(), 'hex')).publicKey;
    expect(printed).toMatchObject({ signers: [toHex(signer)], signed_by: [toHex(signer)] });
    expect(acceptList({ incoming: await read() }).outcome).toBe('accepted');
  });

  it('is never begun twice, and keeps the key that is there', async () => {
    await done('init', '--file', list, '--key', key);
    const secret = await readFile(key, 'utf8');
    expect((await refused('init', '--file', list, '--key', key)).message).toContain('there already');
    await done('init', '--file', join(folder, 'other.json'), '--key', key);
    expect(await readFile(key, 'utf8')).toBe(secret);
  });

  it('grows and shrinks by a sequence at a time, signed again with the key', async () => {
    await done('init', '--file', list, '--key', key);
    const first = await read();
    for (const ip of ['5.6.7.1', '5.6.8.1', '5.6.9.1']) {
      await done('add', await node(ip), '--file', list, '--key', key);
    }
    const grown = await done('add', await node('5.7.1.1'), '--file', list, '--key', key, '--swarm', 'new');
    expect(grown).toMatchObject({
      sequence: 5,
      complete: true,
      swarms: [
        { swarm_id: '0', size: 3 },
        { swarm_id: '9223372036854775808', size: 1 },
      ],
    });
    expect(acceptList({ pinned: first, incoming: await read() }).outcome).toBe('accepted');
    await done('remove', '5.6.7.1', '--file', list, '--key', key);
    const last = await done(
      'remove',
      toHex((await read()).list.nodes[0]?.ed25519 ?? new Uint8Array()),
      '--file',
      list,
    );
    expect(last).toMatchObject({ sequence: 7, complete: false, signed_by: [] });
    expect(acceptList({ pinned: first, incoming: await read() }).outcome).toBe('unproven');
    expect(await done('sign', '--file', list, '--key', key)).toMatchObject({ sequence: 7, complete: true });
    expect(await done('show', '--file', list)).toMatchObject({ sequence: 7, complete: true });
    expect((await read()).list.nodes).toHaveLength(2);
  });

  it('gives a listed node its new address and leaves it in its swarm; the same again changes nothing', async () => {
    const { publicKey } = ed25519KeyPair(randomBytes(32));
    await done('init', '--file', list, '--key', key);
    await done('add', await node('5.6.7.1', publicKey), '--file', list, '--key', key, '--swarm', '77');
    await done('add', await node('5.6.8.1'), '--file', list, '--key', key, '--swarm', '3');
    const moved = ['add', await node('5.9.9.9', publicKey), '--file', list, '--key', key];
    expect(await done(...moved)).toMatchObject({ sequence: 4 });
    expect(await done(...moved)).toMatchObject({ sequence: 4, complete: true });
    const { list: now } = await read();
    expect(now.nodes.find(({ ed25519 }) => toHex(ed25519) === toHex(publicKey))).toMatchObject({
      ip: '5.9.9.9',
      swarm: 77n,
    });
  });

  it('of two signers is of use to nobody until both have signed', async () => {
    const theirs = join(folder, 'theirs.key');
    const { signers } = await done('init', '--file', join(folder, 'unused.json'), '--key', theirs);
    const [other = ''] = signers as string[];
    const begun = await done('init', '--file', list, '--key', key, '--signer', other);
    expect(begun).toMatchObject({ threshold: 2, complete: false });
    expect(verifyList(await read())).toBe(false);
    expect(await done('sign', '--file', list, '--key', theirs)).toMatchObject({ complete: true });
    await done('add', await node('5.6.7.8'), '--file', list, '--key', key);
    expect(verifyList(await read())).toBe(false);
  });

  it('says what is wrong and what to do, and leaves the list as it was', async () => {
    expect((await refused('show', '--file', list)).hint).toContain('directory init');
    await done('init', '--file', list, '--key', key);
    const before = await readFile(list, 'utf8');
    const add = async (file: string) => refused('add', file, '--file', list, '--key', key);
    expect((await add(join(folder, 'none.json'))).hint).toContain('node init');
    expect((await add(key)).message).toContain('not a description of a node');
    expect((await add(await node('127.0.0.1'))).hint).toContain('--subnets ignore');
    const twice = await node('5.6.7.8');
    await done('add', twice, '--file', list, '--key', key);
    expect((await add(await node('5.6.7.8'))).hint).toContain('directory remove');
    expect((await refused('remove', '5.6.7.9', '--file', list)).hint).toContain('directory show');
    expect((await refused('sign', '--file', list, '--key', list)).message).toContain('holds no key');
    const wrong = await refused('init', '--file', join(folder, 'x'), '--key', key, '--threshold', '2');
    expect(wrong.hint).toContain('--threshold');
    await done('remove', '5.6.7.8', '--file', list, '--key', key);
    expect(parseListFile(before).list.nodes).toEqual((await read()).list.nodes);
  });

  it('keeps a second edit out while one goes on', async () => {
    await done('init', '--file', list, '--key', key);
    await writeFile(`${list}.new`, '');
    const before = await readFile(list, 'utf8');
    expect((await refused('add', await node('5.6.7.8'), '--file', list)).hint).toContain('.new');
    expect(await readFile(list, 'utf8')).toBe(before);
    await rm(`${list}.new`);
    const nodes = await Promise.all(Array.from({ length: 6 }, (_, index) => node(`5.6.7.${index + 1}`)));
    const ran = await Promise.all(nodes.map((file) => directory('add', file, '--file', list, '--key', key)));
    const added = ran.filter(({ code }) => code === 0).length;
    expect(added).toBeGreaterThan(0);
    expect((await read()).list).toMatchObject({ sequence: 1 + added });
    expect((await read()).list.nodes).toHaveLength(added);
  });

  it('warns of a key that others can read', async () => {
    await writeFile(key, `${'11'.repeat(32)}\n`, { mode: 0o644 });
    const { stderr } = await directory('init', '--file', list, '--key', key);
    expect(stderr).toContain('chmod 600');
  });
});

describe('network export', () => {
  it('puts a list, a relay or both in one text', async () => {
    await done('init', '--file', list, '--key', key, '--subnets', 'ignore');
    await done('add', await node('127.3.1.1'), '--file', list, '--key', key);
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const terminal = { ...streams, environment: {}, signal: new AbortController().signal };
    const argv = ['network', 'export', '--directory', list, '--relay', 'https://relay.example', '--json'];
    expect(await runSotto(argv, terminal)).toBe(0);
    const exported = JSON.parse(String(streams.stdout.read()));
    expect(exported).toMatchObject({
      network: expect.stringMatching(/^sotto-network:1:/),
      relay: 'https://relay.example',
      directory: expect.any(String),
    });
  });
});
