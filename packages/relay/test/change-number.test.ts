import { join } from 'node:path';
import { toBase64, utf8 } from '@sotto/bytes';
import { parseAci } from '@sotto/identity';
import {
  type ChangeNumberRequest,
  decodeEnvelope,
  formatChangeNumberRequest,
  formatMessageList,
  PATH,
  parseIdentityResponse,
  parseJson,
  parseUuid,
} from '@sotto/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addDevice } from '../src/store/accounts.ts';
import { openRelayStore } from '../src/store/relay-store.ts';
import { saltedHash } from '../src/store/salted-hash.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import { Person } from './_person.ts';
import {
  createPhoneRelay,
  NumberKeys,
  newNumber,
  numberArguments,
  type PhoneRelay,
  type RegisteredByNumber,
  registeredByNumber,
  verifiedSession,
} from './_phone-world.ts';
import { ask, basic, type RawReply, RawSocket } from './_raw-client.ts';
import { until } from './_test-relay.ts';

let relay: PhoneRelay;
beforeAll(async () => {
  relay = await createPhoneRelay();
});
afterAll(() => relay.dispose());
/** Sessions and registrations are few in a minute. */
beforeEach(() => {
  relay.clock.now += 300_000;
});

type Login = Pick<Newcomer, 'authorization'>;

const LINKED_ID = 2;
const LINKED_PASSWORD = 'password of the other device';

/** A change to a number with a session that has verified it; every part may be spoiled. */
async function changeTo(number: string, changes: Partial<ChangeNumberRequest> = {}, devices = [1]) {
  const keys = new NumberKeys();
  const { sessionId } =
    changes.sessionId === undefined ? await verifiedSession(relay, number) : { sessionId: '' };
  const request: ChangeNumberRequest = {
    sessionId,
    number,
    pniIdentityKey: keys.publicKey,
    deviceMessages: [],
    devicePniSignedPrekeys: new Map(devices.map((id) => [id, keys.signedKey(50 + id)])),
    devicePniPqLastResortPrekeys: new Map(devices.map((id) => [id, keys.kyberKey(60 + id)])),
    pniRegistrationIds: new Map(devices.map((id) => [id, 800 + id])),
    ...changes,
  };
  return { keys, request };
}

const put = ({ authorization }: Login, request: ChangeNumberRequest) =>
  ask(relay, {
    verb: 'PUT',
    path: PATH.number,
    headers: { authorization },
    json: formatChangeNumberRequest(request),
  });

const identityOf = ({ body }: RawReply) => parseIdentityResponse(parseJson(body));

const keysOf = async ({ authorization }: Login, name: string) => {
  const reply = await ask(relay, { verb: 'GET', path: PATH.keysOf(name, '*'), headers: { authorization } });
  return reply.status === 200 ? parseJson(reply.body) : reply.status;
};

const whoami = ({ authorization }: Login) =>
  ask(relay, { verb: 'GET', path: PATH.whoami, headers: { authorization } });

describe('a change of number', () => {
  it('gives the account another PNI and new keys for it, and leaves it its ACI', async () => {
    const { person, pni } = await registeredByNumber(relay);
    const stranger = await registered(relay);
    const number = newNumber();
    const { keys, request } = await changeTo(number);
    const changed = await put(person, request);
    expect(changed.status).toBe(200);
    const identity = identityOf(changed);
    expect(identity).toMatchObject({ uuid: person.aci, number });
    expect(identity.pni).not.toBe(pni);
    expect(await keysOf(stranger, `PNI:${pni}`)).toBe(404);
    expect(await keysOf(stranger, `PNI:${identity.pni}`)).toMatchObject({
      identityKey: toBase64(keys.publicKey),
      devices: [{ registrationId: 801, signedPreKey: { keyId: 51 }, pqPreKey: { keyId: 61 } }],
    });
    // The answer was lost: again, and nothing is another.
    const again = await put(person, { ...request, sessionId: 'gone' });
    expect([again.status, identityOf(again).pni]).toEqual([200, identity.pni]);
    // Whoever proves the new number gets this account, and who proves the former one gets another.
    const next = await registeredByNumber(relay, new Person(), number);
    expect(next.answer.aci.getServiceIdString()).toBe(person.aci);
  });

  it('is refused for what proves nothing', async () => {
    const { person } = await registeredByNumber(relay);
    const [number, other] = [newNumber(), newNumber()];
    const { request } = await changeTo(number);
    const service = await relay.net().createRegistrationSession({ e164: number });
    const statuses = [
      await put(person, { ...request, number: other }),
      await put(person, { ...request, sessionId: service.sessionId }),
      await put(person, { ...request, sessionId: 'c290dG8' }),
      await put(person, { ...request, sessionId: 'a.b' }),
      await put(person, { ...without(request, 'sessionId'), recoveryPassword: person.recoveryPassword }),
      await put(person, { ...request, recoveryPassword: person.recoveryPassword }),
      await put(person, without(request, 'sessionId')),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 401, 401, 422, 403, 422, 422]);
  });

  it('is refused for keys of another identity, and without a number', async () => {
    const { person } = await registeredByNumber(relay);
    const { request } = await changeTo(newNumber());
    const spoiled = { ...request, pniIdentityKey: new NumberKeys().publicKey };
    expect((await put(person, spoiled)).status).toBe(422);
    expect((await put(await registered(relay), request)).status).toBe(400);
  });

  it('takes the number from who had it, and that account with it', async () => {
    const [{ person: former, number }, { person: owner }] = [
      await registeredByNumber(relay),
      await registeredByNumber(relay),
    ];
    const socket = await RawSocket.open(relay, { authorization: former.authorization });
    const { request } = await changeTo(number);
    expect((await put(owner, request)).status).toBe(200);
    await until(() => socket.closed !== undefined, 'the former owner is disconnected');
    expect([socket.closed, (await whoami(former)).status, (await whoami(owner)).status]).toEqual([
      4401, 401, 200,
    ]);
  });

  it('leaves no mail for now of who had it, also not to who comes back with the same key', async () => {
    const { person: former, number } = await registeredByNumber(relay);
    const { person: owner } = await registeredByNumber(relay);
    const message = {
      type: 6,
      destinationDeviceId: 1,
      destinationRegistrationId: former.registrationId,
      content: utf8('is typing'),
    };
    const written = await ask(relay, {
      verb: 'PUT',
      path: `/v1/messages/${former.aci}`,
      headers: { 'unidentified-access-key': toBase64(former.accessKey) },
      json: formatMessageList({
        messages: [message],
        timestamp: relay.clock.now,
        online: true,
        urgent: false,
      }),
    });
    expect(written.status).toBe(200);
    const { request } = await changeTo(number);
    expect((await put(owner, request)).status).toBe(200);
    await registeredByNumber(relay, former);
    const socket = await RawSocket.open(relay, { authorization: former.authorization });
    await until(() => socket.pushes().length > 0, 'the queue is empty');
    expect(socket.pushes().map(({ path }) => path)).toEqual(['/api/v1/queue/empty']);
    socket.close();
  });

  it('needs the lock of a number that has one', async () => {
    const number = newNumber();
    const lock = 'ab'.repeat(32);
    const former = new Person();
    const session = await verifiedSession(relay, number);
    await session.registerAccount(numberArguments(former, new NumberKeys(), { registrationLock: lock }));
    const { person } = await registeredByNumber(relay);
    const { request } = await changeTo(number);
    const refused = await put(person, request);
    expect(refused.status).toBe(423);
    expect(parseJson(refused.body)).toMatchObject({
      svr2Credentials: null,
      timeRemaining: expect.any(Number),
    });
    expect((await put(person, { ...request, reglock: lock })).status).toBe(200);
  });

  it('is tried ten times a day with a lock that is wrong, and not used up by who proves nothing', async () => {
    const number = newNumber();
    const locked = { registrationLock: 'ab'.repeat(32) };
    const session = await verifiedSession(relay, number);
    await session.registerAccount(numberArguments(new Person(), new NumberKeys(), locked));
    const { person } = await registeredByNumber(relay);
    const reglock = '1f'.repeat(32);
    const statuses = async (request: ChangeNumberRequest, tries: number) => {
      const all: number[] = [];
      for (let count = 0; count < tries; count++) {
        relay.clock.now += 30_000;
        all.push((await put(person, request)).status);
      }
      return all;
    };
    const guess = { sessionId: '', recoveryPassword: new Uint8Array(32), reglock };
    expect(new Set(await statuses((await changeTo(number, guess)).request, 12))).toEqual(new Set([403]));
    const { request } = await changeTo(number);
    expect(await statuses({ ...request, reglock }, 11)).toEqual([...Array(10).fill(423), 429]);
  });

  it('takes the recovery password of who has the number for a proof', async () => {
    const { person: former, number } = await registeredByNumber(relay);
    const { person } = await registeredByNumber(relay);
    const { request } = await changeTo(number, { sessionId: '', recoveryPassword: former.recoveryPassword });
    expect((await put(person, request)).status).toBe(200);
    expect((await whoami(former)).status).toBe(401);
  });
});

/** Whoever was not seen for long is unlinked when the relay starts. */
const TODAY = Math.floor(Date.now() / 86_400_000);

describe('a change of number with another device', () => {
  let owner: RegisteredByNumber;
  const linked: Login = { authorization: '' };
  beforeAll(async () => {
    owner = await registeredByNumber(relay);
    const aci = parseAci(owner.person.aci);
    const store = openRelayStore(join(relay.data, 'relay.db'));
    const attributes = {
      fetchesMessages: true,
      registrationId: 70,
      pniRegistrationId: 71,
      unrestrictedUnidentifiedAccess: false,
      discoverableByPhoneNumber: false,
      capabilities: { spqr: true },
    };
    const password = saltedHash(utf8(LINKED_PASSWORD));
    await store.write(() => addDevice(aci, { id: LINKED_ID, password, attributes, day: TODAY }));
    await store.close();
    relay = await relay.restart();
    Object.assign(linked, { authorization: basic(`${owner.person.aci}.${LINKED_ID}`, LINKED_PASSWORD) });
  });

  const message = (changes: object = {}) => ({
    type: 1,
    destinationDeviceId: LINKED_ID,
    destinationRegistrationId: 70,
    content: utf8('the private half'),
    ...changes,
  });
  const both = [1, LINKED_ID];

  it('is the primary’s alone', async () => {
    const { request } = await changeTo(newNumber(), { deviceMessages: [message()] }, both);
    expect((await put(linked, request)).status).toBe(403);
  });

  it.each<[string, number, object, Partial<ChangeNumberRequest>, number[]]>([
    ['no message for it', 409, { missingDevices: [2], extraDevices: [] }, {}, both],
    [
      'a message for its former self',
      410,
      { staleDevices: [2] },
      { deviceMessages: [message({ destinationRegistrationId: 69 })] },
      both,
    ],
    [
      'a message for itself',
      409,
      { missingDevices: [], extraDevices: [1] },
      { deviceMessages: [message(), message({ destinationDeviceId: 1 })] },
      both,
    ],
    ['no keys for it', 409, { missingDevices: [2], extraDevices: [] }, { deviceMessages: [message()] }, [1]],
    [
      'keys for one that is not there',
      409,
      { missingDevices: [], extraDevices: [3] },
      { deviceMessages: [message()] },
      [1, 2, 3],
    ],
  ])('is refused with %s', async (_name, status, body, changes, devices) => {
    const { request } = await changeTo(newNumber(), changes, devices);
    const reply = await put(owner.person, request);
    expect([reply.status, parseJson(reply.body)]).toEqual([status, body]);
  });

  it.each([
    ['two messages', 422, [message(), message()]],
    ['a receipt', 422, [message({ type: 5 })]],
    ['a message that is too long', 413, [message({ content: new Uint8Array(97 * 1024) })]],
  ])('is refused with %s for it', async (_name, status, deviceMessages) => {
    const { request } = await changeTo(newNumber(), { deviceMessages }, both);
    expect((await put(owner.person, request)).status).toBe(status);
  });

  it('tells it, with the PNI that the account has now', async () => {
    const { keys, request } = await changeTo(newNumber(), { deviceMessages: [message()] }, both);
    const { pni = '' } = identityOf(await put(owner.person, request));
    const socket = await RawSocket.open(relay, linked);
    await until(() => socket.pushes().length > 0, 'the other device is told');
    expect(decodeEnvelope(socket.pushes()[0]?.body ?? new Uint8Array())).toMatchObject({
      destination: parseUuid(owner.person.aci),
      source: { aci: parseUuid(owner.person.aci), device: 1 },
      content: utf8('the private half'),
      updatedPni: parseUuid(pni),
    });
    socket.close();
    const path = `${PATH.keys}?identity=pni`;
    const signedPreKey = keys.signedKey(90);
    const json = {
      signedPreKey: {
        ...signedPreKey,
        publicKey: toBase64(signedPreKey.publicKey),
        signature: toBase64(signedPreKey.signature),
      },
    };
    expect((await ask(relay, { verb: 'PUT', path, headers: { ...linked }, json })).status).toBe(200);
  });
});

describe('whether a number may be looked up', () => {
  it('is the owner’s to say, where there is a number', async () => {
    const set = ({ authorization }: Login, json: object) =>
      ask(relay, { verb: 'PUT', path: PATH.discoverability, headers: { authorization }, json });
    const { person } = await registeredByNumber(relay);
    expect((await set(person, { discoverableByPhoneNumber: false })).status).toBe(204);
    expect((await set(person, {})).status).toBe(422);
    expect((await set(await registered(relay), { discoverableByPhoneNumber: true })).status).toBe(400);
  });
});

function without(request: ChangeNumberRequest, member: 'sessionId'): ChangeNumberRequest {
  const { [member]: _, ...rest } = request;
  return rest;
}
