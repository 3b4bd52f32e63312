import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '@sotto/bytes';
import { makeCertificate, type NatsServer, startNats } from '@sotto/test-servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, openNatsBus } from '../src/index.ts';
import { busSuite, untilHeard } from '../src/testing.ts';

const MOST_UNCONFIRMED = 10_000;

let server: NatsServer;
const buses: Bus[] = [];
const states: string[] = [];

beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close();
  states.length = 0;
});

function open(url = server.url, prefix = 'sotto'): Bus {
  const bus = openNatsBus({ url, prefix, onState: (state) => states.push(Object.values(state).join()) });
  buses.push(bus);
  return bus;
}
const stateIs = (...expected: readonly string[]): Promise<void> =>
  expect.poll(() => states, { timeout: 20_000 }).toEqual(expected);

busSuite('a bus through NATS', async () => {
  const [here, there] = [openNatsBus({ url: server.url }), openNatsBus({ url: server.url })];
  await untilHeard(here, there);
  return { here, there };
});

describe('a bus whose server is in trouble', () => {
  it('comes back with all that is listened to, and loses only what was rung meanwhile', async () => {
    const [here, there] = [open(), open()];
    const heard: string[] = [];
    there.subscribe('ab', (payload) => heard.push(Buffer.from(payload).toString()));
    await untilHeard(here, there);
    states.length = 0;
    await server.kill();
    await stateIs('down,unreachable', 'down,unreachable');
    for (let count = 0; count < 1_000; count++) here.publish('ab', utf8('lost'));
    there.publish('ab', utf8('own'));
    there.subscribe('cd', () => heard.push('cd'));
    await server.start();
    await stateIs('down,unreachable', 'down,unreachable', 'up', 'up');
    here.publish('ab', utf8('after'));
    here.publish('cd', utf8(''));
    await untilHeard(here, there);
    expect(heard).toEqual(['own', 'after', 'cd']);
  });

  it('opens where nobody is, and is there when somebody comes', async () => {
    await server.kill();
    const [here, there] = [open(), open()];
    await stateIs('down,unreachable', 'down,unreachable');
    await server.start();
    await untilHeard(here, there);
    expect(states.slice(2)).toEqual(['up', 'up']);
  });

  it('says when it is not let in, once', async () => {
    open(server.url.replace(server.token, 'wr0ng'));
    await stateIs('down,not-authorized');
    const tries = (): number => server.log().split('authentication error').length;
    const before = tries();
    await expect.poll(tries, { timeout: 20_000 }).toBeGreaterThan(before + 1);
    expect(states).toEqual(['down,not-authorized']);
  });

  it('does not keep more than so much for a server that takes nothing', async () => {
    const road = await buildRoad(server.url);
    const [here, there] = [open(road.url), open()];
    let heard = 0;
    there.subscribe('ab', () => heard++);
    await untilHeard(here, there);
    road.freeze();
    for (let count = 0; count < MOST_UNCONFIRMED * 3; count++) here.publish('ab', utf8('x'));
    road.thaw();
    await untilHeard(here, there);
    expect(heard).toBeGreaterThan(0);
    expect(heard).toBeLessThanOrEqual(MOST_UNCONFIRMED);
    await here.close();
    await road.close();
  });

  it('gives up a way on which nothing comes', async () => {
    const road = await buildRoad(server.url);
    open(road.url);
    await stateIs('up');
    road.freeze();
    await stateIs('up', 'down,unreachable');
    road.thaw();
    await stateIs('up', 'down,unreachable', 'up');
    await buses[0]?.close();
    await road.close();
  });
});

describe('what a bus shares a server with', () => {
  it('does not hear the bells of another prefix', async () => {
    const [ours, theirs] = [open(), open(server.url, 'theirs')];
    let heard = 0;
    ours.subscribe('ab', () => heard++);
    await stateIs('up', 'up');
    theirs.publish('ab', utf8('x'));
    await untilHeard(ours, open());
    expect(heard).toBe(0);
    expect(() => open(server.url, 'a.>')).toThrow(expect.objectContaining({ code: 'refused' }));
  });

  it('is protected by a certificate of the right name from the right root', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-bus-tls-'));
    const [right, wrong] = [await makeCertificate('localhost'), await makeCertificate('localhost')];
    for (const [name, { certificate }] of Object.entries({ right, wrong })) {
      writeFileSync(join(folder, name), certificate);
    }
    const secure = await startNats({
      config: 'tls { cert_file: "cert.pem", key_file: "key.pem" }',
      files: { 'cert.pem': right.certificate, 'key.pem': right.key },
    });
    const at = (host: string, root: string): string =>
      `${secure.url.replace('nats:', 'tls:').replace('127.0.0.1', host)}?tls_ca=${join(folder, root)}`;
    for (const url of [
      at('localhost', 'wrong'),
      at('127.0.0.1', 'right'),
      server.url.replace('nats:', 'tls:'),
    ]) {
      open(url);
      await stateIs('down,unreachable');
      await buses.pop()?.close();
      states.length = 0;
    }
    await untilHeard(open(at('localhost', 'right')), open(at('localhost', 'right')));
    for (const bus of buses.splice(0)) await bus.close();
    await secure.stop();
    rmSync(folder, { recursive: true });
  });
});

/** A way to the server on which, when it is frozen, nothing moves and nothing is refused. */
async function buildRoad(
  serverUrl: string,
): Promise<{ url: string; freeze(): void; thaw(): void; close(): Promise<void> }> {
  const { port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const freeze = (socket: Socket): unknown => (isFrozen ? socket.pause() : socket.resume());
  const road = createServer((client) => {
    const upstream = connect(Number(port), '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
      freeze(from);
    }
  }).listen(0, '127.0.0.1');
  await once(road, 'listening');
  const set = (frozen: boolean) => (): void => {
    isFrozen = frozen;
    for (const socket of sockets) freeze(socket);
  };
  return {
    url: serverUrl.replace(`:${port}`, `:${(road.address() as AddressInfo).port}`),
    freeze: set(true),
    thaw: set(false),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      road.close();
      await once(road, 'close');
    },
  };
}
