import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCertificate, readCertificate } from '../data/certificate.ts';
import { NodeServer } from './listen.ts';

const NODE = '127.0.0.9';
const connections = { total: 12, ofStrangers: 8, ofOne: 5 };

let folder: string;
let server: NodeServer;
let port: number;
const open: Socket[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-listen-'));
  await createCertificate(folder);
  const service = {
    request: () => undefined,
    forgetAddresses: () => undefined,
    drain: async () => undefined,
    draining: false,
    underWay: 0,
  };
  const isNode = (address: string) => address === NODE;
  server = new NodeServer({ service, certificate: readCertificate(folder), isNode, connections });
  port = await server.listen('127.0.0.1', 0, () => undefined);
});

afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  server.cut();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Open so many connections from an address; resolves when all but `refused` of them have been taken. */
async function dial(localAddress: string, count: number, refused = 0): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: count }, () => dialOne(localAddress)));
  const ended = () => sockets.filter(({ destroyed }) => destroyed).length;
  const end = Date.now() + 5_000;
  while (ended() < refused && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(ended()).toBe(refused);
}

function dialOne(localAddress: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress }, () => resolve(socket));
    socket.on('error', () => undefined);
    socket.resume();
    open.push(socket);
  });
}

it('takes so many connections of one address and no more, and the next when one has gone', async () => {
  await dial('127.0.0.6', 7, 2);
  open[0]?.destroy();
  open[1]?.destroy();
  open[2]?.destroy();
  const end = Date.now() + 5_000;
  for (;;) {
    const socket = await dialOne('127.0.0.6');
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!socket.destroyed) break;
    if (Date.now() > end) throw new Error('not in time');
  }
});

it('keeps some back for listed nodes, which have no more of one address than others', async () => {
  await dial('127.0.0.6', 4);
  await dial('127.0.0.7', 5, 1);
  await dial('127.0.0.8', 1, 1);
  await dial(NODE, 4);
});
