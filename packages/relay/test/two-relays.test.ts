import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64, utf8 } from '@sotto/bytes';
import { formatMessageList } from '@sotto/protocol';
import { type NatsServer, type PostgresServer, startNats, startPostgres } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createInvite } from '../src/create-invite.ts';
import { MailListener } from './_mail-listener.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createSecondRelay } from './_second-relay.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let postgres: PostgresServer;
let nats: NatsServer;
let shared: { readonly database: string; readonly bus: string };
let first: TestRelay;
let second: TestRelay;

beforeAll(async () => {
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  shared = { database: await postgres.createDatabase(), bus: nats.url };
  const operation = { host: '127.0.0.1', port: 0 };
  first = await createTestRelay({ ...shared, operation });
  second = await createSecondRelay(first, { ...shared, operation });
});
afterAll(async () => {
  await Promise.all([first.dispose(), second.dispose()]);
  await Promise.all([postgres.stop(), nats.stop()]);
});

const send = async (relay: TestRelay, to: Newcomer, text: string, online = false): Promise<number> => {
  const message = {
    type: 6,
    destinationDeviceId: 1,
    destinationRegistrationId: to.registrationId,
    content: utf8(text),
  };
  const reply = await ask(relay, {
    verb: 'PUT',
    path: `/v1/messages/${to.aciText}`,
    headers: { 'unidentified-access-key': toBase64(to.accessKey) },
    json: formatMessageList({ messages: [message], timestamp: Date.now(), online, urgent: true }),
  });
  return reply.status;
};

const connect = async (relay: TestRelay, { aciText, password }: Newcomer) => {
  const listener = new MailListener(200);
  const connection = await relay.net().connectAuthenticatedChat(`${aciText}.1`, password, false, listener);
  await listener.empty();
  return { listener, connection };
};

describe('two processes of one relay', () => {
  it('have the same accounts, and what one takes the other delivers, in order', async () => {
    const bob = await registered(first);
    const { listener, connection } = await connect(second, bob);
    for (let count = 0; count < 20; count++) expect(await send(first, bob, `${count}`)).toBe(200);
    await listener.messages(20);
    expect(listener.texts()).toEqual(Array.from({ length: 20 }, (_, count) => `${count}`));
    expect(await send(first, bob, 'typing', true)).toBe(200);
    await listener.messages(21);
    await connection.disconnect();
    // Acknowledged is gone, for both.
    const again = await connect(first, bob);
    expect(again.listener.texts()).toEqual([]);
    await again.connection.disconnect();
  });

  it('know of each other’s connections: a later one ends the one before, and so does the end of the account', async () => {
    const bob = await registered(first);
    const [one, two] = [await connect(first, bob), await connect(second, bob)];
    await one.listener.interrupted();
    expect(one.listener.interruption).toMatchObject({ code: expect.anything() });
    expect(two.listener.interruption).toBeUndefined();
    const { authorization } = bob;
    const deleted = await ask(first, { verb: 'DELETE', path: '/v1/accounts/me', headers: { authorization } });
    expect(deleted.status).toBe(204);
    await two.listener.interrupted();
  });

  it('deliver without the bus too, a little later', async () => {
    const bob = await registered(first);
    const { listener, connection } = await connect(second, bob);
    await nats.kill();
    expect(await send(first, bob, 'unheard')).toBe(200);
    await listener.messages(1);
    await nats.start();
    expect(await send(first, bob, 'heard')).toBe(200);
    await listener.messages(2);
    await connection.disconnect();
  });

  it('acknowledge nothing while the database is away, say that they are not ready, and go on', async () => {
    const bob = await registered(first);
    const { listener, connection } = await connect(second, bob);
    expect(await send(first, bob, 'before')).toBe(200);
    await postgres.kill();
    expect(await send(first, bob, 'during')).toBe(503);
    const ready = async () =>
      (await fetch(`http://127.0.0.1:${second.relay.operationPort}/health/ready`)).status;
    await vi.waitFor(async () => expect(await ready()).toBe(503), 20_000);
    await postgres.start();
    await vi.waitFor(async () => expect(await ready()).toBe(200), 20_000);
    await vi.waitFor(async () => expect(await send(first, bob, 'after')).toBe(200), 20_000);
    await listener.messages(2);
    expect(listener.texts().filter((text) => text !== 'during')).toEqual(['before', 'after']);
    await connection.disconnect();
  });

  it('have the same secrets: with others a relay does not start there, invites nobody, and changes nothing', async () => {
    const other = await createTestRelay();
    const { data } = other;
    await other.relay.close();
    const refused = expect.objectContaining({ code: 'other-secrets' });
    for (let times = 0; times < 2; times++) {
      await expect(createTestRelay({ ...shared, data })).rejects.toThrow(refused);
      await expect(createInvite({ data, database: shared.database })).rejects.toThrow(refused);
    }
    cpSync(join(first.data, 'secrets.json'), join(data, 'secrets.json'));
    const third = await createTestRelay({ ...shared, data });
    await third.dispose();
  });
});
