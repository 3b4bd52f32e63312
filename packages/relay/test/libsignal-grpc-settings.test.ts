import { ErrorCode, PrivateKey, ServiceIdKind, usernames } from '@signalapp/libsignal-client';
import { SvrKey } from '@signalapp/libsignal-client/dist/AccountKeys.js';
import { toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibsignalWorld, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { linkTo } from './_linking.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import {
  createPhoneRelay,
  NumberKeys,
  newNumber,
  numberArguments,
  type PhoneRelay,
  registeredByNumber,
  verifiedSession,
} from './_phone-world.ts';
import { speakHttp } from './_test-relay.ts';

/** What Signal's client stack sets by gRPC alone: devices, names, and what an account with a number has. */

speakHttp(2);

/** What it says of a request that it should not have made: the reason, in no error of its own. */
const illegal = (reason = 'CONSTRAINT_VIOLATED') => ({
  code: ErrorCode.IoError,
  message: expect.stringContaining(reason),
});

describe('without a number', () => {
  let world: LibsignalWorld;
  beforeAll(async () => {
    world = await createLibsignalWorld();
  });
  afterAll(() => world.dispose());

  const connect = (person: Person) => world.connect(person, new MailListener());

  it('devices are named, say what they can do, and are removed', async () => {
    const owner = await world.newPerson();
    const device = await linkTo(world, owner, 2);
    const [chat, linked] = [await connect(owner), await connect(device)];
    const encryptedName = randomBytes(80);
    await chat.setDeviceName({ deviceId: 2, encryptedName });
    const other = randomBytes(90);
    await linked.setDeviceName({ deviceId: 2, encryptedName: other });
    await expect(linked.setDeviceName({ deviceId: 1, encryptedName })).rejects.toMatchObject(
      illegal('BAD_AUTHENTICATION'),
    );
    await expect(chat.setDeviceName({ deviceId: 3, encryptedName })).rejects.toMatchObject({
      code: ErrorCode.DeviceIdNotFound,
    });
    const names = async () => (await chat.getDevices()).map((device) => [device.id, device.encryptedName]);
    expect(await names()).toEqual([
      [1, new Uint8Array(0)],
      [2, other],
    ]);

    await linked.setCapabilities({ capabilities: new Set(['sparsePostQuantumRatchet', 'storage'] as const) });
    // Others rely on what it would lose.
    await expect(linked.setCapabilities({ capabilities: new Set() })).rejects.toMatchObject(illegal());
    await linked.clearPushToken();

    await expect(linked.removeDevice({ deviceId: 1 })).rejects.toMatchObject(illegal('BAD_AUTHENTICATION'));
    await chat.removeDevice({ deviceId: 2 });
    await chat.removeDevice({ deviceId: 2 });
    expect(await names()).toEqual([[1, new Uint8Array(0)]]);
    // By the refusal, or by the goodbye of its socket: whichever comes first.
    const refused = await linked.getDevices().catch((error: unknown) => error);
    expect([ErrorCode.ChatServiceInactive, ErrorCode.ConnectionInvalidated]).toContain(
      (refused as { readonly code: unknown }).code,
    );
    await chat.disconnect();
  });

  it('a name is reserved, confirmed, found with its link, and given up', async () => {
    const [owner, other] = [await world.newPerson(), await world.newPerson()];
    const [chat, rival] = [await connect(owner), await connect(other)];
    const username = usernames.generateCandidates(`who${randomBytes(3).join('')}`, 3, 32)[0] as string;
    const hash = usernames.hash(username);
    const { entropy, encryptedUsername: usernameCiphertext } = usernames.createUsernameLink(username);
    await expect(chat.confirmUsername({ username, usernameCiphertext })).rejects.toMatchObject({
      code: ErrorCode.UsernameReservationNotFound,
    });
    expect(await chat.reserveUsernameHash({ usernameHashes: [hash] })).toEqual(hash);
    await expect(rival.reserveUsernameHash({ usernameHashes: [hash] })).rejects.toMatchObject({
      code: ErrorCode.UsernameNotAvailable,
    });
    const uuid = await chat.confirmUsername({ username, usernameCiphertext });
    expect(await world.anonymous.lookUpUsernameHash({ hash })).toEqual(serviceIdOf(owner));
    expect(await world.anonymous.lookUpUsernameLink({ uuid, entropy })).toMatchObject({ username });

    const again = usernames.createUsernameLink(username, entropy);
    const link = { usernameCiphertext: again.encryptedUsername };
    expect(await chat.setUsernameLink({ ...link, keepLinkHandle: true })).toEqual(uuid);
    const next = await chat.setUsernameLink({ ...link, keepLinkHandle: false });
    expect(await world.anonymous.lookUpUsernameLink({ uuid, entropy })).toBeNull();
    expect(await world.anonymous.lookUpUsernameLink({ uuid: next, entropy })).toMatchObject({ username });
    await chat.deleteUsernameLink();
    expect(await world.anonymous.lookUpUsernameLink({ uuid: next, entropy })).toBeNull();
    await chat.deleteUsernameHash();
    expect(await world.anonymous.lookUpUsernameHash({ hash })).toBeNull();
    await expect(chat.setUsernameLink({ ...link, keepLinkHandle: false })).rejects.toMatchObject({
      code: ErrorCode.UsernameNotSet,
    });
    await Promise.all([chat.disconnect(), rival.disconnect()]);
  });

  it('there is nothing to lock, to find by, or that is bought', async () => {
    const chat = await connect(await world.newPerson());
    const svrKey = new SvrKey(randomBytes(32));
    await expect(chat.setRegistrationLock({ svrKey })).rejects.toMatchObject(illegal());
    await expect(chat.setDiscoverableByPhoneNumber({ discoverable: true })).rejects.toMatchObject(illegal());
    await expect(chat.getCurrencyConversions()).rejects.toMatchObject(illegal('Unimplemented'));
    await chat.disconnect();
  });
});

describe('with a number', () => {
  let relay: PhoneRelay;
  beforeAll(async () => {
    relay = await createPhoneRelay();
  });
  afterAll(() => relay.dispose());

  const connect = ({ username, password }: Person) =>
    relay.net().connectAuthenticatedChat(username, password, false, new MailListener());

  it('an account is locked, and found by it or not', async () => {
    const { person, number } = await registeredByNumber(relay);
    const chat = await connect(person);
    await chat.setDiscoverableByPhoneNumber({ discoverable: false });
    const svrKey = new SvrKey(randomBytes(32));
    await chat.setRegistrationLock({ svrKey });
    const thief = await verifiedSession(relay, number);
    const locked = { code: ErrorCode.RegistrationLock };
    const take = (registrationLock: string | null, who = new Person()) =>
      thief.registerAccount(numberArguments(who, new NumberKeys(), { registrationLock }));
    await expect(take(null)).rejects.toMatchObject(locked);
    expect((await take(toHex(svrKey.deriveRegistrationLock()), person)).reregistration).toBe(true);
    const back = await connect(person);
    await back.clearRegistrationLock();
    const again = await verifiedSession(relay, number);
    expect((await again.registerAccount(numberArguments(person, new NumberKeys()))).reregistration).toBe(
      true,
    );
  });

  it('it has prekeys of its own', async () => {
    const chat = await connect((await registeredByNumber(relay, new Person(), newNumber())).person);
    const preKeys = [1, 2].map((keyId) => ({ keyId, publicKey: PrivateKey.generate().getPublicKey() }));
    await chat.setOneTimeEcPreKeys({ identity: ServiceIdKind.Pni, preKeys });
    expect(await chat.getPreKeyCount()).toEqual({
      aciEcPreKeyCount: 0,
      aciKemPreKeyCount: 0,
      pniEcPreKeyCount: 2,
      pniKemPreKeyCount: 0,
    });
    await chat.disconnect();
  });
});
