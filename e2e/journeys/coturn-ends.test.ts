import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSotto } from '../src/run-sotto.ts';

let folder: string;
let temporary: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-calls-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A relay that runs coturn and is ready. */
async function serve(port: number) {
  const line = ['relay', 'serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--json'];
  const child = startSotto([...line, '--coturn', `127.0.0.1:${port}`], { env: { TMPDIR: temporary } });
  child.stderr?.resume();
  if (child.stdout === null) throw new Error('no output');
  const [first] = await once(createInterface({ input: child.stdout }), 'line');
  expect(JSON.parse(String(first))).toMatchObject({ event: 'ready' });
  return child;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });

const secrets = () => readdirSync(temporary).filter((name) => name.startsWith('sotto-coturn-'));

it('coturn and the file with its secret are gone with a relay that was killed, and the next one has its own', async () => {
  const port = await freePort();
  const killed = await serve(port);
  expect([await answers(port), secrets().length]).toEqual([true, 1]);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await expect.poll(() => answers(port)).toBe(false);
  await expect.poll(secrets).toEqual([]);
  const next = await serve(port);
  expect([await answers(port), secrets().length]).toEqual([true, 1]);
  next.kill('SIGTERM');
  await once(next, 'exit');
  expect([await answers(port), secrets()]).toEqual([false, []]);
});
