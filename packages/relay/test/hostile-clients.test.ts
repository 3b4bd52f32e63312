import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';

import { openDatabase } from '@sotto/database';
import { MAILBOX_MIGRATIONS } from '@sotto/mailbox';
import { encodeFrame, formatAccountAttributes, formatJson, NO_HEADERS } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { RELAY_MIGRATIONS } from '../src/store/schema.ts';
import { createNewcomer, postRegistration, registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

let relay: TestRelay;
beforeEach(async () => {
  relay = await createTestRelay();
});
afterEach(() => relay.dispose());

const failures = () => relay.relay.events.totals()['internal-error'] ?? 0;
const keepAlive = () => ask(relay, { verb: 'GET', path: '/v1/keepalive' });

describe('a client that does not read', () => {
  it('is slowed down by its own answers, and gets every one when it reads again', async () => {
    const socket = await RawSocket.open(relay);
    socket.pause();
    // About 20 MiB of answers: more than the relay would keep for one client.
    const count = 16_000;
    for (let id = 1; id <= count; id++) {
      const path = '/v1/sotto/relay';
      socket.send(encodeFrame({ kind: 'request', id: BigInt(id), verb: 'GET', path, headers: NO_HEADERS }));
    }
    expect((await keepAlive()).status).toBe(200);
    socket.resume();
    await until(
      () => socket.frames.length === count || socket.closed !== undefined,
      'all is answered',
      100_000,
    );
    expect(socket.closed).toBeUndefined();
    expect(socket.frames.every((frame) => frame.kind === 'response' && frame.status === 200)).toBe(true);
    socket.close();
  });
});

describe('a client that hangs up', () => {
  it('in the middle of a body is no failure of the relay', async () => {
    for (let times = 0; times < 10; times++) {
      const options = {
        host: '127.0.0.1',
        port: relay.port,
        method: 'PUT',
        path: '/v2/keys',
        rejectUnauthorized: false,
      };
      const asking = httpsRequest({ ...options, headers: { 'content-length': 100 } });
      const closed = new Promise((resolve) => asking.once('close', resolve));
      asking.on('error', () => undefined);
      await new Promise((resolve) => asking.write('{', resolve));
      asking.destroy();
      await closed;
    }
    for (let times = 0; times < 10; times++) expect((await keepAlive()).status).toBe(200);
    expect(failures()).toBe(0);
  });
});

describe('a client whose credentials are gone', () => {
  it('can do nothing more, however long it leaves its socket open', async () => {
    const owner = await registered(relay);
    const thief = await RawSocket.open(relay, { authorization: owner.authorization });
    // It never reads, so it never sees the goodbye and never answers it.
    thief.pause();
    const again = createNewcomer(owner.keys);
    const request = again.request({ recoveryPassword: owner.recoveryPassword });
    expect((await postRegistration(relay, again, request, owner.aciText)).status).toBe(200);
    const attributes = again.request().accountAttributes;
    const stolen = { ...attributes, recoveryPassword: new Uint8Array(32).fill(6) };
    const path = '/v1/accounts/attributes/';
    const body = formatJson(formatAccountAttributes(stolen));
    thief.send(encodeFrame({ kind: 'request', id: 1n, verb: 'PUT', path, headers: NO_HEADERS, body }));
    thief.send(
      encodeFrame({ kind: 'request', id: 2n, verb: 'DELETE', path: '/v1/accounts/me', headers: NO_HEADERS }),
    );
    // Read after those, on a connection of its own, twice.
    const whoami = {
      verb: 'GET',
      path: '/v1/accounts/whoami',
      headers: { authorization: again.authorization },
    };
    for (let times = 0; times < 20; times++) expect((await ask(relay, whoami)).status).toBe(200);
    const third = createNewcomer(owner.keys);
    const recovery = third.request({ recoveryPassword: again.recoveryPassword });
    expect((await postRegistration(relay, third, recovery, owner.aciText)).status).toBe(200);
    thief.close();
  });

  it('is told that its account is deleted before its socket is closed', async () => {
    const owner = await registered(relay);
    const socket = await RawSocket.open(relay, { authorization: owner.authorization });
    const reply = await socket.request({ id: 1n, verb: 'DELETE', path: '/v1/accounts/me' });
    expect(reply.status).toBe(204);
    await until(() => socket.closed !== undefined, 'the socket is closed');
    expect(socket.closed).toBe(4401);
  });
});

describe('a message in very many pieces', () => {
  it('is read like any other when it is a plain request', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpsRequest(
        {
          host: '127.0.0.1',
          port: relay.port,
          method: 'POST',
          path: '/v1/sotto/ticket',
          rejectUnauthorized: false,
          headers: { 'transfer-encoding': 'chunked' },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      request.on('error', reject);
      // Written as it goes over the wire, since a client of Node would join the pieces.
      request.flushHeaders();
      request.once('socket', (socket) => {
        const send = () => socket.write(`${'1\r\nx\r\n'.repeat(300_000)}0\r\n\r\n`);
        if (socket.connecting) socket.once('secureConnect', send);
        else send();
      });
    });
    expect(status).toBe(401);
    expect(failures()).toBe(0);
  });

  it('ends the socket it comes by', async () => {
    const socket = new WebSocket(`wss://127.0.0.1:${relay.port}/v1/websocket/`, {
      rejectUnauthorized: false,
    });
    let closed: number | undefined;
    socket.on('close', (code) => {
      closed = code;
    });
    await until(() => socket.readyState === socket.OPEN, 'it is open');
    for (let piece = 0; piece < 1_000; piece++) socket.send('x', { fin: false });
    await until(() => closed !== undefined, 'it is closed');
    expect(closed).toBe(1008);
  });
});

describe('a disk that cannot be read', () => {
  it('costs a socket its connection and a call its answer, and not the relay', async () => {
    const bob = await registered(relay);
    const connected = await RawSocket.open(relay, { authorization: bob.authorization });
    for (const [file, table, migrations] of [
      ['mailbox.db', 'mail', MAILBOX_MIGRATIONS],
      ['relay.db', 'account', RELAY_MIGRATIONS],
    ] as const) {
      const database = openDatabase({ path: join(relay.data, file), migrations });
      database.exec(`ALTER TABLE ${table} RENAME TO gone`);
      database.close();
      if (table === 'mail') {
        const reader = await RawSocket.open(relay, { authorization: bob.authorization });
        await until(() => reader.closed !== undefined, 'the reader is closed');
        expect(reader.closed).toBe(1011);
      } else {
        // Somebody whom the relay does not have in memory.
        const { authorization } = createNewcomer();
        await expect(RawSocket.open(relay, { authorization })).rejects.toThrow('status 500');
      }
    }
    expect(failures()).toBeGreaterThan(0);
    expect((await keepAlive()).status).toBe(200);
    connected.close();
  });
});

describe('work', () => {
  it('is remembered until the last second in which it holds', async () => {
    const minute = 60_000;
    const start = Math.ceil(Date.now() / minute) * minute;
    let now = start;
    const own = await createTestRelay({ now: () => now });
    const work = await own.work('ticket', new Uint8Array(0), start + 10 * minute);
    const buy = (from: TestRelay) =>
      ask(from, { verb: 'POST', path: '/v1/sotto/ticket', headers: { 'sotto-work': work } });
    expect((await buy(own)).status).toBe(200);
    now = start + 20 * minute + 30_000;
    // Housekeeping comes with the start.
    const again = await own.restart();
    await until(() => again.relay.events.totals()['started'] === 1, 'it has started');
    await ask(again, { verb: 'GET', path: '/v1/keepalive' });
    expect((await buy(again)).status).toBe(401);
    await again.dispose();
  });
});

describe('a rate limit', () => {
  it('counts a device once however its number is written', async () => {
    const [alice, bob] = [await registered(relay), await registered(relay)];
    const headers = { authorization: alice.authorization };
    const statuses: number[] = [];
    for (const device of ['1', '01', '001', '1', '01', '001', '1', '01', '001']) {
      statuses.push(
        (await ask(relay, { verb: 'GET', path: `/v2/keys/${bob.aciText}/${device}`, headers })).status,
      );
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(6);
    expect(statuses.slice(6)).toEqual([429, 429, 429]);
  });
});
