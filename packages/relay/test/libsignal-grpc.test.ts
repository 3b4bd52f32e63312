import { ErrorCode, KEMKeyPair, PrivateKey, ServiceIdKind } from '@signalapp/libsignal-client';
import { SvrKey } from '@signalapp/libsignal-client/dist/AccountKeys.js';
import { asBytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibsignalWorld, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import { speakHttp } from './_test-relay.ts';

/** The calls that Signal's client stack makes by gRPC alone, and what it makes of our refusals. */

speakHttp(2);
const now = 1_700_000_000_000;
let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld({ now: () => now });
});
afterAll(() => world.dispose());

/** What it says of a request that it should not have made: the reason, in no error of its own. */
const illegal = { code: ErrorCode.IoError, message: expect.stringContaining('CONSTRAINT_VIOLATED') };

async function connected(person?: Person) {
  const who = person ?? (await world.newPerson());
  const listener = new MailListener(200);
  return { person: who, listener, chat: await world.connect(who, listener) };
}

describe('devices', () => {
  it('are listed', async () => {
    const { person, chat } = await connected();
    const day = 24 * 60 * 60 * 1000;
    expect(await chat.getDevices()).toEqual([
      {
        id: 1,
        encryptedName: new Uint8Array(0),
        lastSeen: Math.floor(now / day) * day,
        registrationId: person.registrationId,
        createdAtCiphertext: expect.toSatisfy((sealed: Uint8Array) => sealed.length === 57),
      },
    ]);
    await chat.disconnect();
  });
});

describe('prekeys', () => {
  const identity = ServiceIdKind.Aci;
  const ecKey = (keyId: number) => ({ keyId, publicKey: PrivateKey.generate().getPublicKey() });
  const signed = (person: Person, keyId: number) => {
    const key = ecKey(keyId);
    return { ...key, signature: person.identity.sign(key.publicKey.serialize()) };
  };
  const kemKey = (person: Person, keyId: number) => {
    const publicKey = KEMKeyPair.generate().getPublicKey();
    return { keyId, publicKey, signature: person.identity.sign(publicKey.serialize()) };
  };
  const fetch = async (person: Person) => {
    const auth = { accessKey: person.accessKey };
    const request = { target: serviceIdOf(person), device: 'all', auth } as const;
    return (await world.anonymous.getPreKeys(request)).preKeyBundles[0];
  };

  it('are stored, counted, and given away in their kinds', async () => {
    const { person, chat } = await connected();
    const counted = async () => {
      const { aciEcPreKeyCount, aciKemPreKeyCount, ...pni } = await chat.getPreKeyCount();
      expect(pni).toEqual({ pniEcPreKeyCount: 0, pniKemPreKeyCount: 0 });
      return [aciEcPreKeyCount, aciKemPreKeyCount];
    };
    expect(await counted()).toEqual([0, 0]);
    await chat.setOneTimeEcPreKeys({ identity, preKeys: [ecKey(101), ecKey(102), ecKey(103)] });
    await chat.setOneTimeKemPreKeys({ identity, preKeys: [kemKey(person, 201), kemKey(person, 202)] });
    expect(await counted()).toEqual([3, 2]);
    await chat.setSignedEcPreKey({ identity, preKey: signed(person, 301) });
    await chat.setLastResortKemPreKey({ identity, preKey: kemKey(person, 401) });
    expect(await counted()).toEqual([3, 2]);
    const bundles = [await fetch(person), await fetch(person), await fetch(person), await fetch(person)];
    expect(bundles.map((bundle) => bundle?.signedPreKeyId())).toEqual([301, 301, 301, 301]);
    expect(new Set(bundles.map((bundle) => bundle?.preKeyId()))).toEqual(new Set([101, 102, 103, null]));
    expect(bundles.map((bundle) => bundle?.kyberPreKeyId()).slice(2)).toEqual([401, 401]);
    expect(await counted()).toEqual([0, 0]);
    await chat.disconnect();
  });

  it('are refused with another’s signature, for a phone number, and when there are too many', async () => {
    const { chat } = await connected();
    const other = new Person();
    await expect(chat.setSignedEcPreKey({ identity, preKey: signed(other, 1) })).rejects.toMatchObject(
      illegal,
    );
    await expect(chat.setLastResortKemPreKey({ identity, preKey: kemKey(other, 1) })).rejects.toMatchObject(
      illegal,
    );
    await expect(chat.setOneTimeKemPreKeys({ identity, preKeys: [kemKey(other, 1)] })).rejects.toMatchObject(
      illegal,
    );
    await expect(
      chat.setOneTimeEcPreKeys({ identity: ServiceIdKind.Pni, preKeys: [ecKey(1)] }),
    ).rejects.toMatchObject(illegal);
    const tooMany = Array.from({ length: 101 }, (_, index) => ecKey(index + 1));
    await expect(chat.setOneTimeEcPreKeys({ identity, preKeys: tooMany })).rejects.toMatchObject(illegal);
    await chat.disconnect();
  });
});

describe('messages', () => {
  const contentsFor = async (from: Person, to: Person) => {
    const auth = { accessKey: to.accessKey };
    const keys = await world.anonymous.getPreKeys({ target: serviceIdOf(to), device: 'all', auth });
    return from.encrypt(to, 'hello', keys.preKeyBundles[0]);
  };

  it('identified ones go to whom there is, on the devices that there are', async () => {
    const [alice, bob] = [await connected(), await connected()];
    const contents = await contentsFor(alice.person, bob.person);
    const send = (destination: Person, deviceId: number, registrationId: number) =>
      alice.chat.sendMessage({
        destination: serviceIdOf(destination),
        timestamp: 7,
        contents: [{ deviceId, registrationId, contents }],
        onlineOnly: false,
        urgent: true,
      });
    const { registrationId } = bob.person;
    await send(bob.person, 1, registrationId);
    await bob.listener.messages(1);
    expect(bob.listener.pushes[0]?.envelope).toMatchObject({ clientTimestamp: 7, urgent: true });
    await expect(send(new Person(), 1, 1)).rejects.toMatchObject({ code: ErrorCode.ServiceIdNotFound });
    const mismatched = (entry: object) => ({
      code: ErrorCode.MismatchedDevices,
      entries: [expect.objectContaining({ account: serviceIdOf(bob.person), ...entry })],
    });
    await expect(send(bob.person, 2, registrationId)).rejects.toMatchObject(
      mismatched({ missingDevices: [1], extraDevices: [2], staleDevices: [] }),
    );
    await expect(send(bob.person, 1, registrationId + 1)).rejects.toMatchObject(
      mismatched({ missingDevices: [], extraDevices: [], staleDevices: [1] }),
    );
    await expect(send(alice.person, 1, alice.person.registrationId)).rejects.toMatchObject(illegal);
    await Promise.all([alice.chat.disconnect(), bob.chat.disconnect()]);
  });

  it('syncs name the devices that the sender does not have', async () => {
    const { person, chat } = await connected();
    const contents = await contentsFor(new Person(), person);
    const sync = chat.sendSyncMessage({
      timestamp: 9,
      contents: [{ deviceId: 2, registrationId: 1, contents }],
      urgent: false,
    });
    await expect(sync).rejects.toMatchObject({
      code: ErrorCode.MismatchedDevices,
      entries: [expect.objectContaining({ account: serviceIdOf(person), extraDevices: [2] })],
    });
    await chat.disconnect();
  });

  it('sealed ones show a key, and nothing else opens', async () => {
    const { person, listener, chat } = await connected();
    await world.sealTo(person, 'by key');
    await listener.messages(1);
    const refused = { code: ErrorCode.RequestUnauthorized };
    await expect(world.sealTo(person, 'x', { auth: 'unrestricted' })).rejects.toMatchObject(refused);
    await expect(world.sealTo(new Person(), 'x', { auth: 'unrestricted' })).rejects.toMatchObject(refused);
    await chat.disconnect();
  });

  it('stories are taken, and nobody is told who is not here', async () => {
    const person = await world.newPerson();
    await world.sealTo(person, 'x', { auth: 'story' });
    await world.sealTo(new Person(), 'x', { auth: 'story' });
  });
});

describe('accounts', () => {
  it('take a new recovery password, which then brings them back', async () => {
    const { person, listener, chat } = await connected();
    const svrKey = new SvrKey(randomBytes(32));
    await chat.setRegistrationRecoveryPassword({ svrKey });
    const recover = (recoveryPassword: Uint8Array) =>
      world.net.reregisterAccountWithoutNumber({
        ...new Person({ ...person, recoveryPassword: asBytes(recoveryPassword) }).registration(),
        aci: serviceIdOf(person),
      });
    await expect(recover(person.recoveryPassword)).rejects.toMatchObject({
      code: ErrorCode.RegistrationRecoveryVerificationFailed,
    });
    expect((await recover(svrKey.deriveRegistrationRecoveryPassword())).reregistration).toBe(true);
    await listener.interrupted();
    expect(listener.interruption).toMatchObject({ code: ErrorCode.ConnectionInvalidated });
    await expect(chat.getDevices()).rejects.toMatchObject({ code: ErrorCode.ChatServiceInactive });
  });

  it('are deleted, answer first and goodbye after it', async () => {
    const { person, listener, chat } = await connected();
    expect(await world.anonymous.accountExists({ account: serviceIdOf(person) })).toBe(true);
    await chat.deleteAccount();
    await listener.interrupted();
    expect(listener.interruption).toMatchObject({ code: ErrorCode.ConnectionInvalidated });
    expect(await world.anonymous.accountExists({ account: serviceIdOf(person) })).toBe(false);
  });
});

describe('a relay that stops', () => {
  it('says so to connected clients, and is there for them again', async () => {
    const own = await createLibsignalWorld();
    const person = await own.newPerson();
    const listener = new MailListener(200);
    await own.connect(person, listener);
    await listener.empty();
    const again = await own.relay.restart();
    await listener.interrupted();
    const next = new MailListener(200);
    const chat = await again.net().connectAuthenticatedChat(person.username, person.password, false, next);
    await next.empty();
    expect(await chat.getPreKeyCount()).toMatchObject({ aciEcPreKeyCount: 0 });
    await chat.disconnect();
    await again.dispose();
  });
});
