import { toBase64 } from '@sotto/bytes';
import { parseDeviceList, parseJson, parsePreKeyResponse } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linked, type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { draft, following, putRecord, sign } from './_record.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await createTestRelay();
});
afterAll(() => relay.dispose());

type Device = Pick<Newcomer, 'authorization'>;

const unlink = async ({ authorization }: Device, id: number | string) =>
  (await ask(relay, { verb: 'DELETE', path: `/v1/devices/${id}`, headers: { authorization } })).status;
const idsOf = async ({ authorization }: Device) => {
  const { body } = await ask(relay, { verb: 'GET', path: '/v1/devices', headers: { authorization } });
  return parseDeviceList(parseJson(body)).devices.map(({ id }) => id);
};

describe('unlinking', () => {
  it('is for the primary and for oneself', async () => {
    const owner = await registered(relay);
    const [second, third] = [await linked(relay, owner), await linked(relay, owner)];
    expect(await unlink(second, 3)).toBe(401);
    expect(await unlink(second, 1)).toBe(401);
    expect(await unlink(owner, 1)).toBe(403);
    expect(await unlink(second, 2)).toBe(204);
    expect(await unlink(owner, 3)).toBe(204);
    expect(await idsOf(owner)).toEqual([1]);
    expect(await unlink(third, 3)).toBe(401);
  });

  it('is for every device where the account’s record is kept, of the primary once it is struck out', async () => {
    const owner = await registered(relay);
    const [second, third] = [await linked(relay, owner), await linked(relay, owner)];
    const all = sign(owner, draft(owner, { ids: [1, 2, 3] }));
    expect(await putRecord(relay, second, all)).toBe(204);
    expect(await unlink(second, 1)).toBe(403);
    expect(await unlink(owner, 1)).toBe(403);
    expect(await unlink(second, 3)).toBe(204);
    expect(await putRecord(relay, second, sign(owner, following(owner, all, [2])))).toBe(204);
    expect(await unlink(second, 1)).toBe(204);
    expect(await idsOf(second)).toEqual([2]);
    expect([await unlink(owner, 2), await unlink(third, 2)]).toEqual([401, 401]);
    // Nobody would be left who could.
    expect(await unlink(second, 2)).toBe(403);
    expect((await linked(relay, { ...owner, ...second })).deviceId).toBe(3);
  });

  it('takes the keys of the device with it, and the number is free', async () => {
    const owner = await registered(relay);
    await linked(relay, owner);
    const keys = async () => {
      const headers = { 'unidentified-access-key': toBase64(owner.accessKey) };
      const { body } = await ask(relay, { verb: 'GET', path: `/v2/keys/${owner.aciText}/*`, headers });
      return parsePreKeyResponse(parseJson(body)).devices.map(({ deviceId }) => deviceId);
    };
    expect(await keys()).toEqual([1, 2]);
    expect(await unlink(owner, 2)).toBe(204);
    expect(await keys()).toEqual([1]);
    expect((await linked(relay, owner, { requestedDeviceId: 2 })).deviceId).toBe(2);
  });

  it.each(['0', '128', '-1', 'x', '1e0', '00002'])('knows no device %s', async (id) => {
    expect(await unlink(await registered(relay), id)).toBe(404);
  });
});
