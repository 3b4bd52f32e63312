import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const deploy = (name: string): string => readFileSync(join(ROOT, 'deploy', name), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-deploy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Run a program line in this checkout until it is ready, ask its health, and end it as a supervisor does. */
async function serves(line: readonly string[]): Promise<void> {
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
  expect(ready).toMatchObject({
    event: 'ready',
    url: expect.stringMatching(/^https:\/\/relay\.example#key=/),
  });
  const health = await fetch(`http://127.0.0.1:${ready['metrics_port']}/health/ready`);
  expect(health.status).toBe(200);
  child.kill('SIGTERM');
  expect(await gone).toBe(0);
}

describe('what is handed out to run a relay with', () => {
  it('is a unit whose program line serves with the settings beside it', async () => {
    const unit = deploy('sotto-relay.service');
    const line = /^ExecStart=(.+)$/m.exec(unit)?.[1]?.split(' ') ?? [];
    expect(line[0]).toBe('/usr/bin/node');
    const config = join(folder, 'relay.json');
    const ports = { listen: '127.0.0.1:0', 'metrics-listen': '127.0.0.1:0' };
    // The settings as they are handed out, but for ports that are free here.
    writeFileSync(config, JSON.stringify({ ...JSON.parse(deploy('relay.json')), ...ports }));
    const places = new Map([
      ['/etc/sotto/relay.json', config],
      ['/var/lib/sotto-relay', join(folder, 'data')],
    ]);
    expect([...places.keys()].every((place) => line.includes(place))).toBe(true);
    await serves(line.map((word) => places.get(word) ?? word));
  });

  it('is a container whose program line serves on its volume', async () => {
    const file = deploy('Containerfile');
    const line = JSON.parse(/^ENTRYPOINT (\[.+\])$/m.exec(file)?.[1] ?? '[]') as string[];
    const data = join(folder, 'data');
    mkdirSync(data);
    const places = new Map([
      ['/data', data],
      ['0.0.0.0:8443', '0.0.0.0:0'],
      ['127.0.0.1:9100', '127.0.0.1:0'],
    ]);
    expect([...places.keys()].every((place) => line.includes(place))).toBe(true);
    await serves([...line.map((word) => places.get(word) ?? word), '--public', 'https://relay.example']);
  });
});
