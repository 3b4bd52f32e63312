import { toBase64, utf8 } from '@sotto/bytes';
import { openPostgres } from '@sotto/database';
import { formatMessageList } from '@sotto/protocol';
import { type PostgresServer, startPostgres } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNewcomer, linked, linking, type Newcomer, postRegistration, registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createSecondRelay } from './_second-relay.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

let postgres: PostgresServer;
let database: string;
/** Nothing tells one what the other has done. */
let first: TestRelay;
let second: TestRelay;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  first = await createTestRelay({ database });
  second = await createSecondRelay(first, { database });
});
afterAll(async () => {
  await Promise.all([first.dispose(), second.dispose()]);
  await postgres.stop();
});

/** To devices by number and registration ID; the second relay has the account in mind from then on, if it ever has. */
async function send(to: Newcomer, ...devices: readonly (readonly [number, number])[]): Promise<number> {
  const messages = devices.map(([destinationDeviceId, destinationRegistrationId]) => ({
    type: 6,
    destinationDeviceId,
    destinationRegistrationId,
    content: utf8('x'),
  }));
  const reply = await ask(second, {
    verb: 'PUT',
    path: `/v1/messages/${to.aciText}`,
    headers: { 'unidentified-access-key': toBase64(to.accessKey) },
    json: formatMessageList({ messages, timestamp: Date.now(), online: false, urgent: true }),
  });
  return reply.status;
}

async function statusOf(relay: TestRelay, authorization: string, path = '/v1/accounts/whoami', verb = 'GET') {
  return (await ask(relay, { verb, path, headers: { authorization } })).status;
}

describe('what one process of a relay has changed, the other goes by at once', () => {
  it('when a device is linked, and when another takes its number', async () => {
    const bob = await registered(first);
    expect(await send(bob, [1, 42])).toBe(200);
    const tablet = await linked(first, bob);
    expect(await send(bob, [1, 42])).toBe(409);
    (await RawSocket.open(second, { authorization: tablet.authorization })).close();
    expect(await send(bob, [1, 42], [2, 77])).toBe(200);
    expect(await statusOf(first, bob.authorization, '/v1/devices/2', 'DELETE')).toBe(204);
    const { accountAttributes } = linking(bob, '');
    const changes = { accountAttributes: { ...accountAttributes, registrationId: 78 } };
    const phone = await linked(first, bob, changes);
    expect(await send(bob, [1, 42], [2, 77])).toBe(410);
    const refused = RawSocket.open(second, { authorization: tablet.authorization });
    await expect(refused).rejects.toThrow('status 403');
    const socket = await RawSocket.open(second, { authorization: phone.authorization });
    await until(() => socket.pushes().length > 0, 'its queue is empty');
    expect(socket.pushes().map(({ path }) => path)).toEqual(['/api/v1/queue/empty']);
    socket.close();
  });

  it('when an account is registered anew', async () => {
    const bob = await registered(first);
    expect(await send(bob, [1, 42])).toBe(200);
    const again = createNewcomer(bob.keys);
    const request = again.request({ recoveryPassword: bob.recoveryPassword });
    const { accessKey: unidentifiedAccessKey } = bob;
    const accountAttributes = { ...request.accountAttributes, registrationId: 43, unidentifiedAccessKey };
    const reply = await postRegistration(first, again, { ...request, accountAttributes }, bob.aciText);
    expect(reply.status).toBe(200);
    expect(await statusOf(second, again.authorization)).toBe(200);
    expect(await statusOf(second, bob.authorization)).toBe(401);
    expect(await send(bob, [1, 42])).toBe(410);
  });

  it('when an account is deleted, of which nothing stays', async () => {
    const bob = await registered(first);
    expect(await send(bob, [1, 42])).toBe(200);
    expect(await statusOf(first, bob.authorization, '/v1/accounts/me', 'DELETE')).toBe(204);
    expect(await send(bob, [1, 42])).toBe(401);
    const rows = await openPostgres({ url: database });
    for (const table of ['mail', 'queue']) {
      expect(await rows.query(`SELECT 1 AS one FROM ${table} WHERE account = ?`, [bob.aci])).toEqual([]);
    }
    await rows.close();
  });
});
