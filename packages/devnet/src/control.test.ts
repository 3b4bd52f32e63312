import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askControl, serveControl } from './control.ts';

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

/** What is answered to a text whose sender goes on sending until it is hung up on. */
async function flood(first: string): Promise<string> {
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

it('hangs up on whoever goes on after a line, and on a line that is too long', async () => {
  expect(JSON.parse(await flood('{"action":"status"}\n'))).toEqual({ value: 'status' });
  expect(await flood('x'.repeat(5_000))).toContain('too long a line');
  expect(await flood(`{"action":"status","target":"${'x'.repeat(5_000)}"}\n`)).toContain('too long a line');
});
