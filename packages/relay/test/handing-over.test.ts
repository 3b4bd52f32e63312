import { toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { parseJson } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linked, type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay;
let time = Date.now();
beforeAll(async () => {
  relay = await createTestRelay({ now: () => time, proxies: ['127.0.0.1'] });
});
afterAll(() => relay.dispose());

describe('an archive of the account’s history', () => {
  type Device = Pick<Newcomer, 'authorization'>;
  const path = '/v1/devices/transfer_archive';
  const put = async ({ authorization }: Device, json: unknown) =>
    (await ask(relay, { verb: 'PUT', path, headers: { authorization }, json })).status;
  const wait = async ({ authorization }: Device, timeout = '1') => {
    const headers = { authorization };
    const { status, body } = await ask(relay, { verb: 'GET', path: `${path}?timeout=${timeout}`, headers });
    return status === 200 ? parseJson(body) : status;
  };
  const to = (
    destinationDeviceId: number,
    transferArchive: unknown,
    destinationDeviceRegistrationId = 77,
  ) => ({
    destinationDeviceId,
    destinationDeviceRegistrationId,
    transferArchive,
  });
  const archive = { cdn: 3, key: 'c29tZSBrZXk' };

  it('is told to the device that it is for, whether it waits already or not', async () => {
    const owner = await registered(relay);
    const [second, third] = [await linked(relay, owner), await linked(relay, owner)];
    const waiting = wait(second, '60');
    expect(await put(owner, to(2, archive))).toBe(204);
    expect(await waiting).toEqual(archive);
    expect(await wait(second)).toEqual(archive);
    expect(await wait(third)).toBe(204);
    const none = { error: 'CONTINUE_WITHOUT_UPLOAD' };
    expect(await put(owner, to(3, none))).toBe(204);
    expect(await wait(third)).toEqual(none);
    time += 60 * 60_000;
    expect(await wait(second)).toBe(204);
  });

  it('is not told to a device that was linked anew since, or to another account’s', async () => {
    const [owner, other] = [await registered(relay), await registered(relay)];
    const [first, stranger] = [await linked(relay, owner), await linked(relay, other)];
    expect(await put(owner, to(2, archive, 78))).toBe(204);
    expect(await put(other, to(2, archive))).toBe(204);
    expect(await wait(first)).toBe(204);
    expect(await wait(stranger)).toEqual(archive);
    expect(await put(owner, to(2, archive))).toBe(204);
    const { authorization } = owner;
    await ask(relay, { verb: 'DELETE', path: '/v1/devices/2', headers: { authorization } });
    expect(await wait(await linked(relay, owner))).toBe(204);
    expect(await wait(first)).toBe(401);
  });

  it('is refused in another form, and so are times that are none', async () => {
    const owner = await registered(relay);
    expect(await put(owner, to(2, { ...archive, error: 'RELINK_REQUESTED' }))).toBe(422);
    expect(await put(owner, to(0, archive))).toBe(422);
    for (const timeout of ['0', '3601', 'x']) expect(await wait(owner, timeout)).toBe(400);
    expect((await ask(relay, { verb: 'PUT', path, json: to(2, archive) })).status).toBe(401);
  });
});

describe('the way in which an account is brought to a new device', () => {
  const path = (token: string) => `/v1/devices/restore_account/${token}`;
  const put = async (token: string, json: unknown) =>
    (
      await ask(relay, {
        verb: 'PUT',
        path: path(token),
        headers: { 'x-forwarded-for': '203.0.113.9' },
        json,
      })
    ).status;
  const wait = async (token: string, timeout = '1') => {
    const { status, body } = await ask(relay, { verb: 'GET', path: `${path(token)}?timeout=${timeout}` });
    return status === 200 ? parseJson(body) : status;
  };
  const method = 'DEVICE_TRANSFER';

  it('is told to whoever knows the token, before or after', async () => {
    const token = `token-${toBase64(randomBytes(9)).replaceAll('/', '-')}`;
    const waiting = wait(token, '60');
    const request = { method, deviceTransferBootstrap: 'AAEC' };
    expect(await put(token, request)).toBe(204);
    expect(await waiting).toEqual(request);
    expect(await wait(token)).toEqual(request);
    expect(await put(token, { method: 'DECLINE' })).toBe(204);
    expect(await wait(token)).toEqual({ method: 'DECLINE' });
    expect(await wait(`${token}x`)).toBe(204);
  });

  it('is refused in another form', async () => {
    expect(await put('x'.repeat(65), { method })).toBe(422);
    expect(await put('token', { method: 'BY_POST' })).toBe(422);
    expect(await put('token', { method, deviceTransferBootstrap: toBase64(randomBytes(4_097)) })).toBe(422);
    expect(await wait('x'.repeat(65))).toBe(400);
    expect(await wait('token', '0')).toBe(400);
  });

  it('is taken from one address a few times at once', async () => {
    time += 60 * 60_000;
    const statuses = [];
    for (let times = 0; times < 11; times++) statuses.push(await put(`token${times}`, { method }));
    expect(statuses).toEqual([...new Array(10).fill(204), 429]);
    time += 10_000;
    expect(await put('token', { method })).toBe(204);
  });
});
