import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sottoJson } from '../src/run-sotto.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const deploy = (name: string): string => readFileSync(join(ROOT, 'deploy', name), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-deploy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Run a program line in this checkout until it is ready, ask its health, and end it as a supervisor does. */
async function serves(line: readonly string[], url: RegExp): Promise<void> {
  const [, ...args] = line;
  const child = spawn(process.execPath, [...args, '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
  const first = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once('line', resolve),
  );
  const ready = JSON.parse(
    await Promise.race([first, gone.then((code) => JSON.stringify({ code, errors }))]),
  ) as Record<string, unknown>;
  expect(ready).toMatchObject({ event: 'ready', url: expect.stringMatching(url) });
  const health = await fetch(`http://127.0.0.1:${ready['metrics_port']}/health/ready`);
  expect(health.status).toBe(200);
  child.kill('SIGTERM');
  expect(await gone).toBe(0);
}

const RELAY_URL = /^https:\/\/relay\.example#key=/;
const NODE_URL = /^https:\/\/(127\.0\.0\.1|0\.0\.0\.0):\d+$/;

/** The program line of a unit, of its words. */
function programOf(unit: string): readonly string[] {
  const line = /^ExecStart=(.+)$/m.exec(unit)?.[1]?.split(' ') ?? [];
  expect(line[0]).toBe('/usr/bin/node');
  return line;
}

/** What a container runs that is built for this target. */
function entryOf(target: string): readonly string[] {
  const stage = deploy('Containerfile').split(new RegExp(`^FROM \\S+ AS ${target}$`, 'm'))[1];
  return JSON.parse(/^ENTRYPOINT (\[.+\])$/m.exec(stage ?? '')?.[1] ?? '[]') as string[];
}

/** The line with other words for some of its own, each of which has to be there. */
function elsewhere(line: readonly string[], places: ReadonlyMap<string, string>): readonly string[] {
  expect([...places.keys()].filter((place) => !line.includes(place))).toEqual([]);
  return line.map((word) => places.get(word) ?? word);
}

describe('what is handed out to run a relay with', () => {
  it('is a unit whose program line serves with the settings beside it', async () => {
    const config = join(folder, 'relay.json');
    const ports = { listen: '127.0.0.1:0', 'metrics-listen': '127.0.0.1:0' };
    // The settings as they are handed out, but for ports that are free here.
    writeFileSync(config, JSON.stringify({ ...JSON.parse(deploy('relay.json')), ...ports }));
    const places = new Map([
      ['/etc/sotto/relay.json', config],
      ['/var/lib/sotto-relay', join(folder, 'data')],
    ]);
    await serves(elsewhere(programOf(deploy('sotto-relay.service')), places), RELAY_URL);
  });

  it('is a container whose program line serves on its volume', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    const places = new Map([
      ['/data', data],
      ['0.0.0.0:8443', '0.0.0.0:0'],
      ['127.0.0.1:9100', '127.0.0.1:0'],
    ]);
    await serves([...elsewhere(entryOf('relay'), places), '--public', 'https://relay.example'], RELAY_URL);
  });

  it('is the container that is built when no other is asked for', () => {
    expect([...deploy('Containerfile').matchAll(/^FROM \S+ AS (\w+)$/gm)].at(-1)?.[1]).toBe('relay');
  });
});

describe('what is handed out to run a storage node with', () => {
  let data: string;
  let list: string;
  beforeEach(async () => {
    data = join(folder, 'data');
    list = join(folder, 'nodes.json');
    const key = join(folder, 'directory.key');
    const file = join(folder, 'NODE.json');
    await sottoJson(['directory', 'init', '--file', list, '--key', key, '--subnets', 'ignore']);
    const made = await sottoJson(['node', 'init', '--data', data, '--public', '127.0.0.1:22021']);
    writeFileSync(file, JSON.stringify(made));
    await sottoJson(['directory', 'add', file, '--file', list, '--key', key]);
  });

  it('is a unit whose program line serves with the settings beside it', async () => {
    const config = join(folder, 'node.json');
    const settings = JSON.parse(deploy('node.json')) as Record<string, string>;
    expect(settings['directory']).toBe('/etc/sotto/nodes.json');
    const here = { listen: '127.0.0.1:0', 'metrics-listen': '127.0.0.1:0', directory: list };
    writeFileSync(config, JSON.stringify({ ...settings, ...here }));
    const places = new Map([
      ['/etc/sotto/node.json', config],
      ['/var/lib/sotto-node', data],
    ]);
    await serves(elsewhere(programOf(deploy('sotto-node.service')), places), NODE_URL);
  });

  it('is a container whose program line serves on its volume', async () => {
    const places = new Map([
      ['/data', data],
      ['/directory/nodes.json', list],
      ['0.0.0.0:22021', '0.0.0.0:0'],
      ['127.0.0.1:9101', '127.0.0.1:0'],
    ]);
    await serves(elsewhere(entryOf('node'), places), NODE_URL);
  });
});
