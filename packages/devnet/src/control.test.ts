import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askControl, serveControl } from './control.ts';
import { DevnetError } from './errors.ts';

let folder: string;
let path: string;
let server: Server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-control-'));
  path = join(folder, 'socket');
  server = await serveControl(path, async ({ action }) => action);
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/**
 * What is answered to a text whose sender goes on sending until it is hung up on. A write into the closed
 * socket may take the answer with it before it was read; then the sender comes again.
 */
async function flood(first: string): Promise<string> {
  for (;;) {
    const answer = await floodOnce(first);
    if (answer !== '') return answer;
  }
}

async function floodOnce(first: string): Promise<string> {
  const socket = connect({ path, allowHalfOpen: true });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    answer += part;
  });
  // Broken off in the middle of a write.
  socket.on('error', () => undefined);
  socket.write(first);
  const more = setInterval(() => socket.write('x'.repeat(1000)), 2);
  await closed;
  clearInterval(more);
  return answer;
}

it('answers a line', async () => {
  expect(await askControl(path, { action: 'status' })).toBe('status');
});

it('says in words that an answer cannot be read', async () => {
  const other = join(folder, 'other');
  for (const answer of ['', 'no JSON\n', '{"":[]}\n', '{"error":{"code":1}}\n']) {
    const liar = createServer((socket) => socket.once('data', () => socket.end(answer)));
    await new Promise<void>((done) => liar.listen(other, done));
    const refused = await askControl(other, { action: 'status' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DevnetError);
    await new Promise((done) => liar.close(done));
  }
});

it('hangs up on whoever goes on after a line, and on a line that is too long', async () => {
  expect(JSON.parse(await flood('{"action":"status"}\n'))).toEqual({ value: 'status' });
  expect(await flood('x'.repeat(5_000))).toContain('too long a line');
  expect(await flood(`{"action":"status","target":"${'x'.repeat(5_000)}"}\n`)).toContain('too long a line');
});
