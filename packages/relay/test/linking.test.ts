import { toBase64, toBase64Url } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import {
  formatLinkRequest,
  type LinkRequest,
  parseDeviceLimit,
  parseJson,
  parseLinkResponse,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  codeFor,
  createNewcomer,
  linked,
  linking,
  type Newcomer,
  postRegistration,
  putLink,
  registered,
} from './_newcomer.ts';
import { ask, basic, RawSocket } from './_raw-client.ts';
import { draft, putRecord, sign } from './_record.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay;
let time = Date.now();
beforeAll(async () => {
  relay = await createTestRelay({ now: () => time });
});
afterAll(() => relay.dispose());

const get = (path: string, { authorization }: Pick<Newcomer, 'authorization'>) =>
  ask(relay, { verb: 'GET', path, headers: { authorization } });
const askCode = (from: Pick<Newcomer, 'authorization'>) => get('/v1/devices/provisioning/code', from);
const idOf = ({ body }: { readonly body: Uint8Array }) => parseLinkResponse(parseJson(body)).deviceId;

describe('a code to link a device by', () => {
  it('is good once, and for ten minutes', async () => {
    const owner = await registered(relay);
    const [first, second] = [await codeFor(relay, owner), await codeFor(relay, owner)];
    expect((await putLink(relay, linking(owner, first.verificationCode))).status).toBe(200);
    expect((await putLink(relay, linking(owner, first.verificationCode))).status).toBe(403);
    time += 10 * 60_000;
    expect((await putLink(relay, linking(owner, second.verificationCode))).status).toBe(403);
  });

  it('links one of two devices that bring it at once', async () => {
    const owner = await registered(relay);
    const { verificationCode } = await codeFor(relay, owner);
    const both = [1, 2].map(() => putLink(relay, linking(owner, verificationCode)));
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 403]);
  });

  it('is not good any more when the account was recovered or a device unlinked', async () => {
    const owner = await registered(relay);
    await putRecord(relay, owner, sign(owner, draft(owner, { issuedAt: time })));
    const thief = await linked(relay, owner);
    const ofThief = await codeFor(relay, thief);
    const path = `/v1/devices/${thief.deviceId}`;
    const { authorization } = owner;
    expect((await ask(relay, { verb: 'DELETE', path, headers: { authorization } })).status).toBe(204);
    expect((await putLink(relay, linking(owner, ofThief.verificationCode))).status).toBe(403);

    const ofOwner = await codeFor(relay, owner);
    const again = createNewcomer(owner.keys);
    const { recoveryPassword } = owner;
    const recovered = await postRegistration(
      relay,
      again,
      again.request({ recoveryPassword }),
      owner.aciText,
    );
    expect(recovered.status).toBe(200);
    expect((await putLink(relay, linking(owner, ofOwner.verificationCode))).status).toBe(403);
  });

  it('is given to the primary, and to every device where the account’s record is kept', async () => {
    const owner = await registered(relay);
    const sibling = await linked(relay, owner);
    expect((await askCode(sibling)).status).toBe(401);
    await putRecord(relay, owner, sign(owner, draft(owner, { issuedAt: time })));
    expect((await askCode(sibling)).status).toBe(200);
    expect((await ask(relay, { verb: 'GET', path: '/v1/devices/provisioning/code' })).status).toBe(401);
  });

  it('is not given, and not good, when the account has eight devices', async () => {
    const owner = await registered(relay);
    const { verificationCode } = await codeFor(relay, owner);
    time += 60 * 60_000;
    for (let id = 2; id <= 8; id++) {
      expect((await linked(relay, owner)).deviceId).toBe(id);
      time += 2 * 60_000;
    }
    const refused = await askCode(owner);
    expect([refused.status, parseDeviceLimit(parseJson(refused.body))]).toEqual([
      411,
      { current: 8, max: 8 },
    ]);
    expect((await putLink(relay, linking(owner, verificationCode))).status).toBe(403);
  });

  it('is given six times, then one every two minutes', async () => {
    const owner = await registered(relay);
    for (let times = 0; times < 6; times++) expect((await askCode(owner)).status).toBe(200);
    const refused = await askCode(owner);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '120']);
    time += 2 * 60_000;
    expect((await askCode(owner)).status).toBe(200);
  });
});

describe('linking', () => {
  const attributes = { fetchesMessages: true, registrationId: 77 };
  const changes: readonly [string, number, (owner: Newcomer) => Partial<LinkRequest>][] = [
    ['no code of ours', 403, () => ({ verificationCode: toBase64Url(randomBytes(32)) })],
    [
      'a signature of another key',
      422,
      () => ({ aciSignedPreKey: createNewcomer().request().aciSignedPreKey }),
    ],
    ['keys of a phone number', 422, (owner) => ({ pniSignedPreKey: owner.request().aciSignedPreKey })],
    ['push instead of fetching', 422, () => ({ gcmToken: { gcmRegistrationId: 'x' } })],
    [
      'neither',
      422,
      () => ({ accountAttributes: { ...attributes, fetchesMessages: false, capabilities: { spqr: true } } }),
    ],
    [
      'no ratchet of today',
      409,
      () => ({ accountAttributes: { ...attributes, capabilities: { optionalPhoneNumber: true } } }),
    ],
    [
      'no notion of accounts without a number',
      409,
      () => ({ accountAttributes: { ...attributes, capabilities: { spqr: true } } }),
    ],
    ['a number that is taken', 409, () => ({ requestedDeviceId: 2 })],
  ];

  it.each(changes)('is refused for %s, and the code stays good', async (_name, status, change) => {
    const owner = await registered(relay);
    await linked(relay, owner);
    const { verificationCode } = await codeFor(relay, owner);
    expect((await putLink(relay, linking(owner, verificationCode, change(owner)))).status).toBe(status);
    expect((await putLink(relay, linking(owner, verificationCode))).status).toBe(200);
  });

  it('is refused for a capability that all other devices have', async () => {
    const owner = await registered(relay);
    const has = { spqr: true, usernameChangeSyncMessage: true };
    const headers = { authorization: owner.authorization };
    const put = { verb: 'PUT', path: '/v1/devices/capabilities', headers, json: has };
    expect((await ask(relay, put)).status).toBe(204);
    const { verificationCode } = await codeFor(relay, owner);
    expect((await putLink(relay, linking(owner, verificationCode))).status).toBe(409);
    const capabilities = { ...has, optionalPhoneNumber: true };
    const able = linking(owner, verificationCode, { accountAttributes: { ...attributes, capabilities } });
    expect((await putLink(relay, able)).status).toBe(200);
    // A device may not lose what others rely on; what nobody relies on it may.
    const lose = (json: object) => ask(relay, { ...put, json });
    expect((await lose({ usernameChangeSyncMessage: true })).status).toBe(409);
    expect((await lose({ spqr: true })).status).toBe(204);
    expect((await lose({ spqr: 'yes' })).status).toBe(422);
  });

  it('is refused without a password, or with one that is too short', async () => {
    const owner = await registered(relay);
    const { verificationCode } = await codeFor(relay, owner);
    const json = formatLinkRequest(linking(owner, verificationCode));
    const put = { verb: 'PUT', path: '/v1/devices/link', json };
    expect((await ask(relay, put)).status).toBe(400);
    expect((await ask(relay, { ...put, headers: { authorization: basic('x', 'short') } })).status).toBe(400);
    expect(
      (await ask(relay, { ...put, headers: { authorization: basic('x', 'x'.repeat(20)) }, json: {} })).status,
    ).toBe(422);
  });

  it('gives the number that was asked for, or the lowest that is free', async () => {
    const owner = await registered(relay);
    const ids = [];
    for (const requestedDeviceId of [undefined, 127, undefined]) {
      const changes = requestedDeviceId === undefined ? {} : { requestedDeviceId };
      ids.push((await linked(relay, owner, changes)).deviceId);
    }
    expect(ids).toEqual([2, 127, 3]);
  });

  it('of two devices at once gives each its own number', async () => {
    const owner = await registered(relay);
    const codes = [await codeFor(relay, owner), await codeFor(relay, owner)];
    const both = codes.map(({ verificationCode }) => putLink(relay, linking(owner, verificationCode)));
    expect((await Promise.all(both)).map(idOf).sort()).toEqual([2, 3]);
  });

  it('of too many at once is refused to those for whom there is no room', async () => {
    const owner = await registered(relay);
    for (let id = 2; id <= 6; id++) {
      await linked(relay, owner);
      time += 10 * 60_000;
    }
    const codes = [];
    for (let index = 0; index < 4; index++) codes.push(await codeFor(relay, owner));
    const all = codes.map(({ verificationCode }) => putLink(relay, linking(owner, verificationCode)));
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 200, 411, 411]);
  });
});

describe('waiting for the device that a code links', () => {
  const path = (token: string, timeout = '1') =>
    `/v1/devices/wait_for_linked_device/${token}?timeout=${timeout}`;

  it('ends without one when it is another account’s, or none comes', async () => {
    const [owner, other] = [await registered(relay), await registered(relay)];
    const { verificationCode, tokenIdentifier } = await codeFor(relay, owner);
    await putLink(relay, linking(owner, verificationCode));
    expect((await get(path(tokenIdentifier), other)).status).toBe(204);
    expect((await get(path(tokenIdentifier), owner)).status).toBe(200);
    expect((await get(path(toBase64Url(randomBytes(32))), owner)).status).toBe(204);
  });

  it.each(['0', '3601', '-1', 'x', '1e2', ''])('does not wait for %j', async (timeout) => {
    const owner = await registered(relay);
    expect((await get(path(toBase64Url(randomBytes(32)), timeout), owner)).status).toBe(400);
  });

  it.each(['x', toBase64Url(new Uint8Array(31)), '!'.repeat(43), 'A'.repeat(43).replace(/.$/, 'B')])(
    'does not wait for token %s',
    async (token) => {
      expect((await get(path(token), await registered(relay))).status).toBe(400);
    },
  );

  it('ends when the relay stops', async () => {
    const own = await createTestRelay();
    const { authorization } = await registered(own);
    const socket = await RawSocket.open(own, { authorization });
    const wait = { verb: 'GET', path: path(toBase64Url(randomBytes(32)), '300') };
    const waiting = socket.request({ id: 1n, ...wait });
    await socket.request({ id: 2n, verb: 'GET', path: '/v1/keepalive' });
    await own.relay.close();
    expect((await waiting).status).toBe(204);
    await (await own.restart()).dispose();
  });
});

describe('a name', () => {
  const put = (
    from: Pick<Newcomer, 'authorization'>,
    device: string,
    json: unknown = { deviceName: toBase64(randomBytes(70)) },
  ) =>
    ask(relay, {
      verb: 'PUT',
      path: `/v1/accounts/name/${device}`,
      headers: { authorization: from.authorization },
      json,
    });

  it('is given to a device by itself, by the primary, and by every other where the record is kept', async () => {
    const owner = await registered(relay);
    const [second, third] = [await linked(relay, owner), await linked(relay, owner)];
    const statuses = async () => [
      (await put(owner, '')).status,
      (await put(second, '')).status,
      (await put(second, '?deviceId=2')).status,
      (await put(owner, '?deviceId=3')).status,
      (await put(third, '?deviceId=2')).status,
      (await put(third, '?deviceId=4')).status,
      (await put(third, '?deviceId=x')).status,
    ];
    expect(await statuses()).toEqual([204, 204, 204, 204, 403, 404, 404]);
    await putRecord(relay, owner, sign(owner, draft(owner, { issuedAt: time })));
    expect(await statuses()).toEqual([204, 204, 204, 204, 204, 404, 404]);
    const deviceName = toBase64(randomBytes(70));
    await put(third, '?deviceId=2', { deviceName });
    expect(parseJson((await get('/v1/devices', owner)).body)).toMatchObject({
      devices: [{ id: 1 }, { id: 2, name: deviceName }, { id: 3 }],
    });
  });

  it.each([{}, { deviceName: '' }, { deviceName: toBase64(new Uint8Array(226)) }, { deviceName: 5 }])(
    'is not %j',
    async (json) => {
      expect((await put(await registered(relay), '', json)).status).toBe(422);
    },
  );
});
