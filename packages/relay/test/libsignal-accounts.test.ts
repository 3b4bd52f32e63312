import { ErrorCode } from '@signalapp/libsignal-client';
import { type Bytes, toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { ENVELOPE_TYPE, parseJson } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import { createTestRelay } from './_test-relay.ts';

let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());

describe('registration', () => {
  it('makes a number-less account whose ACI follows from its key', async () => {
    const person = new Person();
    const answer = await person.register(world.net, await world.relay.presentation());
    expect(answer.aci.getServiceIdString()).toBe(person.aci);
    expect([answer.number, answer.pni, answer.reregistration]).toEqual([null, null, false]);
    expect(answer.authCredentialSalt).toHaveLength(16);
    const chat = await world.connect(person, new MailListener());
    const whoami = await chat.fetch({ verb: 'GET', path: '/v1/accounts/whoami', headers: [] });
    expect(parseJson(whoami.body ?? new Uint8Array())).toMatchObject({ uuid: person.aci, number: null });
    await chat.disconnect();
    expect(await world.anonymous.accountExists({ account: serviceIdOf(person) })).toBe(true);
    expect(await world.anonymous.accountExists({ account: serviceIdOf(new Person()) })).toBe(false);
  });

  it('takes a presentation once, and none that is damaged', async () => {
    const presentation = await world.relay.presentation();
    await new Person().register(world.net, presentation);
    const rejected = { code: ErrorCode.RegisterAccountRequestRejected };
    await expect(new Person().register(world.net, presentation)).rejects.toMatchObject(rejected);
    const other = await createTestRelay();
    const foreign = await other.presentation();
    await other.dispose();
    await expect(new Person().register(world.net, foreign)).rejects.toMatchObject(rejected);
  });

  it('gives an account back for its recovery password, and its sockets are closed with 4401', async () => {
    const old = await world.newPerson();
    const listener = new MailListener();
    await world.connect(old, listener);
    await listener.empty();
    const restored = new Person({ ...old, registrationId: 77 });
    const answer = await world.net.reregisterAccountWithoutNumber({
      ...restored.registration(),
      aci: serviceIdOf(old),
      // There is no second factor, so it is not looked at.
      oneTimePassword: 123_456,
    });
    expect([answer.aci.getServiceIdString(), answer.reregistration]).toEqual([old.aci, true]);
    await listener.interrupted();
    expect(listener.interruption).toMatchObject({ code: ErrorCode.ConnectionInvalidated });
    await expect(world.connect(old, new MailListener())).rejects.toMatchObject({
      code: ErrorCode.DeviceDelinked,
    });
    const chat = await world.connect(restored, new MailListener());
    await chat.disconnect();
  });

  it('does not give an account away for a fresh receipt or a wrong recovery password', async () => {
    const owner = await world.newPerson();
    const refused = { code: ErrorCode.RegistrationRecoveryVerificationFailed };
    // The thief repeats the owner's published keys, so every signature holds.
    const thief = { ...owner.registration(), accountPassword: toBase64(randomBytes(18)) };
    const presentation = await world.relay.presentation();
    const stranger = new Person({ identity: owner.identity });
    await expect(stranger.register(world.net, presentation)).rejects.toMatchObject(refused);
    const wrong = { ...thief, accountAttributes: stranger.registration().accountAttributes };
    await expect(
      world.net.reregisterAccountWithoutNumber({ ...wrong, aci: serviceIdOf(owner) }),
    ).rejects.toMatchObject(refused);
    const chat = await world.connect(owner, new MailListener());
    await chat.disconnect();
    // The refused attempt has not spent the receipt.
    await new Person().register(world.net, presentation);
  });

  it('answers a repeated registration as it answered the first', async () => {
    const person = new Person();
    const presentation = await world.relay.presentation();
    await person.register(world.net, presentation);
    const again = await person.register(world.net, presentation);
    expect([again.aci.getServiceIdString(), again.reregistration]).toEqual([person.aci, true]);
  });
});

describe('prekeys', () => {
  it('are consumed one by one, then the last-resort key is given', async () => {
    const bob = await world.newPerson();
    const chat = await world.connect(bob, new MailListener());
    const put = await chat.fetch({
      verb: 'PUT',
      path: '/v2/keys',
      headers: JSON_HEADERS,
      body: bob.oneTimeKeys(2),
    });
    expect(put.status).toBe(200);
    const request = {
      target: serviceIdOf(bob),
      device: 'all',
      auth: { accessKey: bob.accessKey },
    } as const;
    const bundles = [];
    for (let fetch = 0; fetch < 3; fetch++)
      bundles.push((await world.anonymous.getPreKeys(request)).preKeyBundles[0]);
    expect(bundles.map((bundle) => bundle?.preKeyId() !== null)).toEqual([true, true, false]);
    expect(new Set(bundles.map((bundle) => bundle?.kyberPreKeyId())).size).toBe(3);
    expect(bundles[2]?.kyberPreKeyId()).toBe(2);
    const count = await chat.fetch({ verb: 'GET', path: '/v2/keys?identity=aci', headers: [] });
    expect(parseJson(count.body ?? new Uint8Array())).toEqual({ count: 0, pqCount: 0 });
    await chat.disconnect();
  });

  it('are refused with a wrong access key, whether the account exists or not', async () => {
    const bob = await world.newPerson();
    const accessKey = randomBytes(16);
    for (const target of [bob, new Person()]) {
      const request = { target: serviceIdOf(target), device: 'all', auth: { accessKey } } as const;
      await expect(world.anonymous.getPreKeys(request)).rejects.toMatchObject({
        code: ErrorCode.RequestUnauthorized,
      });
    }
  });

  it('open a PQXDH session that carries a message', async () => {
    const [alice, bob] = [await world.newPerson(), await world.newPerson()];
    const listener = new MailListener(200);
    const chat = await world.connect(bob, listener);
    await chat.fetch({ verb: 'PUT', path: '/v2/keys', headers: JSON_HEADERS, body: bob.oneTimeKeys(1) });
    const bundles = await world.anonymous.getPreKeys({
      target: serviceIdOf(bob),
      device: { deviceId: 1 },
      auth: { accessKey: bob.accessKey },
    });
    const text = toBase64(randomBytes(30));
    const aliceChat = await world.connect(alice, new MailListener());
    await aliceChat.sendMessage({
      destination: serviceIdOf(bob),
      timestamp: 1_700_000_000_001,
      contents: [
        {
          deviceId: 1,
          registrationId: bob.registrationId,
          contents: await alice.encrypt(bob, text, bundles.preKeyBundles[0]),
        },
      ],
      onlineOnly: false,
      urgent: true,
    });
    await listener.messages(1);
    const [push] = listener.pushes;
    expect(push?.envelope.type).toBe(ENVELOPE_TYPE.preKey);
    expect(await bob.decryptFirst(alice, push?.envelope.content as Bytes)).toBe(text);
    await Promise.all([chat.disconnect(), aliceChat.disconnect()]);
  });
});
