import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createEvents } from '../events.ts';
import { admitFairly } from './admit-fairly.ts';
import { createClientAddresses } from './client-addresses.ts';

const server = createServer();
const open: Socket[] = [];
afterEach(() => {
  for (const socket of open) socket.destroy();
  server.close();
});

it('gives one address half of the connections, others what they ask for, and a proxy all that are left', async () => {
  const events = createEvents(() => undefined);
  admitFairly(server, { events, addresses: createClientAddresses(['127.0.0.9']) }, 16);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  /** Whether it is still there when the server has seen it. */
  const dial = async (localAddress: string): Promise<boolean> => {
    const seen = once(server, 'connection');
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    open.push(socket);
    socket.on('error', () => undefined);
    const [accepted] = (await seen) as [Socket];
    return !accepted.destroyed;
  };
  const greedy: boolean[] = [];
  for (let count = 0; count < 10; count++) greedy.push(await dial('127.0.0.6'));
  expect(greedy.filter(Boolean)).toHaveLength(8);
  expect([await dial('127.0.0.7'), await dial('127.0.0.8')]).toEqual([true, true]);
  const proxy: boolean[] = [];
  for (let count = 0; count < 6; count++) proxy.push(await dial('127.0.0.9'));
  expect(proxy).not.toContain(false);
  expect(events.totals()['connection-refused']).toBe(2);
});
