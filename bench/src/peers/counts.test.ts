import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { askCounts } from './counts.ts';
import { freePort, listens, runProgram } from './run-program.ts';

/** Answers each byte: a corked pair of writes and a single one, and two commits for it. */
const SERVER = `
import { createServer } from 'node:net';
import Database from '${import.meta.resolve('@signalapp/sqlcipher')}';
const database = new Database('x.db', { cacheStatements: true });
database.exec('CREATE TABLE x (y)');
createServer((socket) => {
  socket.on('data', () => {
    socket.cork();
    socket.write('ab');
    socket.write('é');
    socket.uncork();
    setImmediate(() => {
      for (let each = 0; each < 2; each++) {
        database.prepare('BEGIN').run();
        database.prepare('COMMIT').run();
      }
      socket.write(Buffer.from('c'));
    });
  });
}).listen(Number(process.argv[1]), '127.0.0.1');
`;

it('counts one write for what leaves together, its bytes, and commits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-counts-'));
  const port = await freePort();
  const preload = pathToFileURL(join(import.meta.dirname, '../../dist/peers/count-preload.js')).href;
  const args = ['--import', preload, '--input-type=module', '--eval', SERVER, String(port)];
  const server = await runProgram({ command: process.execPath, args, folder, ready: listens(port) });
  try {
    const before = await askCounts(server.pid, folder);
    const socket = connect({ host: '127.0.0.1', port });
    for (let asked = 0; asked < 3; asked++) await answered(socket);
    socket.destroy();
    const { socketWrites, socketBytes, commits } = await askCounts(server.pid, folder);
    expect([socketWrites - before.socketWrites, socketBytes - before.socketBytes]).toEqual([6, 15]);
    expect(commits - before.commits).toBe(6);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
});

/** Ask once and wait for the last byte. */
function answered(socket: ReturnType<typeof connect>): Promise<void> {
  return new Promise((resolve) => {
    const listen = (data: Buffer): void => {
      if (!data.includes('c')) return;
      socket.off('data', listen);
      resolve();
    };
    socket.on('data', listen);
    socket.write('?');
  });
}
