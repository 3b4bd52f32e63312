import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { initNode, startNode } from '@sotto/app-storage-node';
import { parseListFile } from '@sotto/directory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSotto } from '../src/run-sotto.ts';

/** `sotto directory fetch` from storage nodes that run in this process. */

let folder: string;
const nodes: Awaited<ReturnType<typeof startNode>>[] = [];
/** Neighbours by process number, so that two runs at once do not share an address. */
const ip = (number: number) => `127.${1 + (process.pid % 254)}.${200 + number}.1`;
const PORT = 22_021;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-fetch-'));
  const signed = join(folder, 'signed.json');
  await done('directory', 'init', '--file', signed, '--key', join(folder, 'key'), '--subnets', 'ignore');
  for (const number of [1, 2, 3, 4]) {
    const data = join(folder, `node-${number}`);
    const node = await initNode({ data, ip: ip(number), httpsPort: PORT, omqPort: 0 });
    const file = join(folder, `node-${number}.json`);
    await writeFile(file, JSON.stringify(node));
    await done('directory', 'add', file, '--file', signed, '--key', join(folder, 'key'));
  }
  for (const number of [1, 2]) {
    const data = join(folder, `node-${number}`);
    nodes.push(await startNode({ data, listen: { host: ip(number), port: PORT }, directory: signed }));
  }
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await rm(folder, { recursive: true });
});

async function sotto(...args: readonly string[]) {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const signal = new AbortController().signal;
  const code = await runSotto([...args, '--json'], { ...streams, environment: {}, signal });
  const [stdout, stderr] = [streams.stdout, streams.stderr].map((stream) => String(stream.read() ?? ''));
  return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
}

async function done(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await sotto(...args);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function refused(...args: readonly string[]): Promise<{ code: string; message: string }> {
  const { code, stderr } = await sotto(...args);
  expect(code).not.toBe(0);
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error;
}

const seeds = () => nodes.flatMap(({ seed }) => ['--from', seed]);
const listed = async (file: string) => parseListFile(await readFile(file, 'utf8')).list;

describe('a list from seeds', () => {
  it('has the nodes on which two of them agree, and nobody has signed it', async () => {
    const file = join(folder, 'seen.json');
    const printed = await done('directory', 'fetch', ...seeds(), '--file', file);
    expect(printed).toMatchObject({ threshold: 0, signers: [], subnets: 'ignore', complete: true });
    expect((await listed(file)).nodes).toEqual((await listed(join(folder, 'signed.json'))).nodes);
  });

  it('is what an account can be made with, and a friend be given', async () => {
    const file = join(folder, 'given.json');
    await done('directory', 'fetch', ...seeds(), '--file', file);
    const exported = await done('network', 'export', '--directory', file);
    expect(exported).toMatchObject({ relay: null, directory: 'unsigned' });
    expect(exported['network']).toMatch(/^sotto-network:1:/);
  });

  it('takes the place of one that was seen before, and never of one that is signed', async () => {
    const file = join(folder, 'again.json');
    await done('directory', 'fetch', ...seeds(), '--file', file);
    const before = await listed(file);
    await done('directory', 'fetch', ...seeds(), '--file', file);
    expect((await listed(file)).sequence).toBeGreaterThan(before.sequence);
    const signed = join(folder, 'signed.json');
    const kept = await readFile(signed, 'utf8');
    expect(await refused('directory', 'fetch', ...seeds(), '--file', signed)).toMatchObject({
      code: 'bad-directory',
    });
    expect(await readFile(signed, 'utf8')).toBe(kept);
  });

  it('is not made when a seed has another key, none that anybody vouches for, or is not there', async () => {
    const file = join(folder, 'none.json');
    const [one = ''] = nodes.map(({ seed }) => seed);
    const cases = [
      [`${one.slice(0, -43)}${'A'.repeat(43)}`, 'another key'],
      [one.split('#')[0] ?? '', 'vouches'],
      [one.replace(`:${PORT}`, ':1'), 'does not answer'],
      ['ftp://x', 'a seed is'],
    ] as const;
    for (const [url, words] of cases) {
      const error = await refused('directory', 'fetch', '--from', url, '--file', file);
      expect(error).toMatchObject({ code: 'bad-network', message: expect.stringContaining(words) });
    }
    await expect(readFile(file)).rejects.toThrow();
  });

  it('is not made when a seed makes nodes up', async () => {
    const liar = createServer((_, response) => {
      response.end(JSON.stringify({ result: { service_node_states: [] } }));
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
      const file = join(folder, 'lies.json');
      const both = await refused('directory', 'fetch', ...seeds(), '--from', url, '--file', file);
      expect(both.message).toContain('do not agree');
      const alone = await refused('directory', 'fetch', '--from', url, '--file', file);
      expect(alone.message).toContain('name no storage node');
    } finally {
      liar.close();
    }
  });
});
