import { Aci, ErrorCode, type Net } from '@signalapp/libsignal-client';
import { type Bytes, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { ENVELOPE_TYPE, formatJson, parseJson } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

/** Signal's own client stack against our relay: it knows nothing of us but a root certificate and a port. */

let relay: TestRelay;
let net: Net.Net;
let anonymous: Net.UnauthenticatedChatConnection;

beforeAll(async () => {
  relay = await createTestRelay();
  net = relay.net();
  anonymous = await net.connectUnauthenticatedChat({ onConnectionInterrupted: () => undefined });
});
afterAll(async () => {
  await anonymous.disconnect();
  await relay.dispose();
});

const serviceIdOf = (person: Person) => Aci.parseFromServiceIdString(person.aci);
const JSON_HEADERS: [string, string][] = [['content-type', 'application/json']];

async function newPerson(): Promise<Person> {
  const person = new Person();
  await person.register(net, await relay.presentation());
  return person;
}

const connect = (person: Person, listener: Net.ChatServiceListener) =>
  net.connectAuthenticatedChat(person.username, person.password, false, listener);

async function sealTo(person: Person, text: string, overrides: object = {}): Promise<void> {
  await anonymous.sendMessage({
    destination: serviceIdOf(person),
    timestamp: 1_700_000_000_000,
    contents: [{ deviceId: 1, registrationId: person.registrationId, contents: utf8(text) }],
    auth: { accessKey: person.accessKey },
    onlineOnly: false,
    urgent: true,
    ...overrides,
  });
}

describe('registration', () => {
  it('makes a number-less account whose ACI follows from its key', async () => {
    const person = new Person();
    const answer = await person.register(net, await relay.presentation());
    expect(answer.aci.getServiceIdString()).toBe(person.aci);
    expect([answer.number, answer.pni, answer.reregistration]).toEqual([null, null, false]);
    expect(answer.authCredentialSalt).toHaveLength(16);
    const chat = await connect(person, new MailListener());
    const whoami = await chat.fetch({ verb: 'GET', path: '/v1/accounts/whoami', headers: [] });
    expect(parseJson(whoami.body ?? new Uint8Array())).toMatchObject({ uuid: person.aci, number: null });
    await chat.disconnect();
    expect(await anonymous.accountExists({ account: serviceIdOf(person) })).toBe(true);
    expect(await anonymous.accountExists({ account: serviceIdOf(new Person()) })).toBe(false);
  });

  it('takes a presentation once, and none that is damaged', async () => {
    const presentation = await relay.presentation();
    await new Person().register(net, presentation);
    const rejected = { code: ErrorCode.RegisterAccountRequestRejected };
    await expect(new Person().register(net, presentation)).rejects.toMatchObject(rejected);
    const other = await createTestRelay();
    const foreign = await other.presentation();
    await other.dispose();
    await expect(new Person().register(net, foreign)).rejects.toMatchObject(rejected);
  });

  it('gives an account back for its recovery password, and its sockets are closed with 4401', async () => {
    const old = await newPerson();
    const listener = new MailListener();
    await connect(old, listener);
    await listener.empty();
    const restored = new Person({ ...old, registrationId: 77 });
    const answer = await net.reregisterAccountWithoutNumber({
      ...restored.registration(),
      aci: serviceIdOf(old),
    });
    expect([answer.aci.getServiceIdString(), answer.reregistration]).toEqual([old.aci, true]);
    await listener.interrupted();
    expect(listener.interruption).toMatchObject({ code: ErrorCode.ConnectionInvalidated });
    await expect(connect(old, new MailListener())).rejects.toMatchObject({ code: ErrorCode.DeviceDelinked });
    const chat = await connect(restored, new MailListener());
    await chat.disconnect();
  });

  it('does not give an account away for a fresh receipt or a wrong recovery password', async () => {
    const owner = await newPerson();
    const refused = { code: ErrorCode.RegistrationRecoveryVerificationFailed };
    // The thief repeats the owner's published keys, so every signature holds.
    const thief = { ...owner.registration(), accountPassword: toBase64(randomBytes(18)) };
    const presentation = await relay.presentation();
    const stranger = new Person({ identity: owner.identity });
    await expect(stranger.register(net, presentation)).rejects.toMatchObject(refused);
    const wrong = { ...thief, accountAttributes: stranger.registration().accountAttributes };
    await expect(
      net.reregisterAccountWithoutNumber({ ...wrong, aci: serviceIdOf(owner) }),
    ).rejects.toMatchObject(refused);
    const chat = await connect(owner, new MailListener());
    await chat.disconnect();
    // The refused attempt has not spent the receipt.
    await new Person().register(net, presentation);
  });

  it('answers a repeated registration as it answered the first', async () => {
    const person = new Person();
    const presentation = await relay.presentation();
    await person.register(net, presentation);
    const again = await person.register(net, presentation);
    expect([again.aci.getServiceIdString(), again.reregistration]).toEqual([person.aci, true]);
  });
});

describe('prekeys', () => {
  it('are consumed one by one, then the last-resort key is given', async () => {
    const bob = await newPerson();
    const chat = await connect(bob, new MailListener());
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
      bundles.push((await anonymous.getPreKeys(request)).preKeyBundles[0]);
    expect(bundles.map((bundle) => bundle?.preKeyId() !== null)).toEqual([true, true, false]);
    expect(new Set(bundles.map((bundle) => bundle?.kyberPreKeyId())).size).toBe(3);
    expect(bundles[2]?.kyberPreKeyId()).toBe(2);
    const count = await chat.fetch({ verb: 'GET', path: '/v2/keys?identity=aci', headers: [] });
    expect(parseJson(count.body ?? new Uint8Array())).toEqual({ count: 0, pqCount: 0 });
    await chat.disconnect();
  });

  it('are refused with a wrong access key, whether the account exists or not', async () => {
    const bob = await newPerson();
    const accessKey = randomBytes(16);
    for (const target of [bob, new Person()]) {
      const request = { target: serviceIdOf(target), device: 'all', auth: { accessKey } } as const;
      await expect(anonymous.getPreKeys(request)).rejects.toMatchObject({
        code: ErrorCode.RequestUnauthorized,
      });
    }
  });

  it('open a PQXDH session that carries a message', async () => {
    const [alice, bob] = [await newPerson(), await newPerson()];
    const listener = new MailListener(200);
    const chat = await connect(bob, listener);
    await chat.fetch({ verb: 'PUT', path: '/v2/keys', headers: JSON_HEADERS, body: bob.oneTimeKeys(1) });
    const bundles = await anonymous.getPreKeys({
      target: serviceIdOf(bob),
      device: { deviceId: 1 },
      auth: { accessKey: bob.accessKey },
    });
    const text = toBase64(randomBytes(30));
    const aliceChat = await connect(alice, new MailListener());
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

describe('sending and receiving', () => {
  it('delivers a sealed message without a sender, and says the queue is empty after the backlog is answered', async () => {
    const bob = await newPerson();
    await sealTo(bob, 'one');
    await sealTo(bob, 'two');
    const listener = new MailListener();
    const chat = await connect(bob, listener);
    await listener.messages(2);
    expect(listener.texts()).toEqual(['one', 'two']);
    expect(listener.pushes[0]?.envelope).toMatchObject({
      type: ENVELOPE_TYPE.sealed,
      clientTimestamp: 1_700_000_000_000,
    });
    expect(listener.pushes[0]?.envelope).not.toHaveProperty('source');
    expect(listener.emptied).toBe(0);
    for (const { ack } of listener.pushes) ack.send(200);
    await listener.empty();
    await sealTo(bob, 'three');
    await listener.messages(3);
    expect(listener.order).toEqual(['message', 'message', 'empty', 'message']);
    expect(listener.serverTimes.length).toBeGreaterThan(0);
    await chat.disconnect();
  });

  it('delivers again what was not acknowledged, and nothing that was', async () => {
    const bob = await newPerson();
    for (const text of ['kept', 'refused', 'taken']) await sealTo(bob, text);
    const first = new MailListener();
    const chat = await connect(bob, first);
    await first.messages(3);
    const acknowledged = () => relay.relay.events.totals()['message-acknowledged'] ?? 0;
    const before = acknowledged();
    first.pushes[1]?.ack.send(500);
    first.pushes[2]?.ack.send(200);
    await until(() => acknowledged() > before, 'the acknowledgement is in');
    await chat.disconnect();
    const second = new MailListener(200);
    const again = await connect(bob, second);
    await second.empty();
    expect(second.texts()).toEqual(['kept', 'refused']);
    expect(second.pushes[0]?.envelope.guid).toEqual(first.pushes[0]?.envelope.guid);
    await again.disconnect();
    const third = new MailListener();
    const last = await connect(bob, third);
    await third.empty();
    expect(third.pushes).toEqual([]);
    await last.disconnect();
  });

  it('names the sender of an identified message, and tells the sender that it was delivered', async () => {
    const [alice, bob] = [await newPerson(), await newPerson()];
    const aliceMail = new MailListener(200);
    const aliceChat = await connect(alice, aliceMail);
    const bobMail = new MailListener(200);
    const bobChat = await connect(bob, bobMail);
    const keys = await anonymous.getPreKeys({
      target: serviceIdOf(bob),
      device: 'all',
      auth: { accessKey: bob.accessKey },
    });
    const contents = await alice.encrypt(bob, 'hello', keys.preKeyBundles[0]);
    await aliceChat.sendMessage({
      destination: serviceIdOf(bob),
      timestamp: 1_700_000_000_002,
      contents: [{ deviceId: 1, registrationId: bob.registrationId, contents }],
      onlineOnly: false,
      urgent: true,
    });
    await bobMail.messages(1);
    expect(bobMail.pushes[0]?.envelope.source).toEqual({
      aci: serviceIdOf(alice).getRawUuidBytes(),
      device: 1,
    });
    await aliceMail.messages(1);
    expect(aliceMail.pushes[0]?.envelope).toMatchObject({
      type: ENVELOPE_TYPE.deliveryReceipt,
      clientTimestamp: 1_700_000_000_002,
      source: { aci: serviceIdOf(bob).getRawUuidBytes(), device: 1 },
    });
    await Promise.all([aliceChat.disconnect(), bobChat.disconnect()]);
  });

  it('refuses a wrong access key, unknown people and wrong devices, each in its way', async () => {
    const bob = await newPerson();
    const unauthorized = { code: ErrorCode.RequestUnauthorized };
    await expect(sealTo(bob, 'x', { auth: { accessKey: randomBytes(16) } })).rejects.toMatchObject(
      unauthorized,
    );
    await expect(sealTo(new Person(), 'x')).rejects.toMatchObject(unauthorized);
    const to = (deviceId: number, registrationId = bob.registrationId) => ({
      deviceId,
      registrationId,
      contents: utf8('x'),
    });
    const devices = (entry: object) => ({
      code: ErrorCode.MismatchedDevices,
      entries: [expect.objectContaining(entry)],
    });
    await expect(sealTo(bob, 'x', { contents: [to(2)] })).rejects.toMatchObject(
      devices({ missingDevices: [1], extraDevices: [2], staleDevices: [] }),
    );
    const stale = bob.registrationId + 1;
    await expect(sealTo(bob, 'x', { contents: [to(1, stale), to(3)] })).rejects.toMatchObject(
      devices({ missingDevices: [], extraDevices: [], staleDevices: [1] }),
    );
  });

  it('lets the newer of two connections of a device have it, and closes the older with 4409', async () => {
    const bob = await newPerson();
    const older = new MailListener(200);
    await connect(bob, older);
    await older.empty();
    const newer = new MailListener(200);
    const chat = await connect(bob, newer);
    await older.interrupted();
    expect(older.interruption).toMatchObject({ code: ErrorCode.ConnectedElsewhere });
    await sealTo(bob, 'to the newer');
    await newer.messages(1);
    expect(older.pushes).toEqual([]);
    await chat.disconnect();
  });

  it('refuses a wrong password before the upgrade', async () => {
    const bob = await newPerson();
    const wrong = net.connectAuthenticatedChat(
      bob.username,
      'not the password at all',
      false,
      new MailListener(),
    );
    await expect(wrong).rejects.toMatchObject({ code: ErrorCode.DeviceDelinked });
  });

  it('forgets a deleted account wholly and revokes its sockets', async () => {
    const bob = await newPerson();
    const listener = new MailListener();
    const chat = await connect(bob, listener);
    await sealTo(bob, 'never read');
    const deleted = chat
      .fetch({ verb: 'DELETE', path: '/v1/accounts/me', headers: [] })
      .catch(() => undefined);
    await listener.interrupted();
    await deleted;
    expect(listener.interruption).toMatchObject({ code: ErrorCode.ConnectionInvalidated });
    expect(await anonymous.accountExists({ account: serviceIdOf(bob) })).toBe(false);
    await expect(connect(bob, new MailListener())).rejects.toMatchObject({ code: ErrorCode.DeviceDelinked });
  });

  it('keeps messages over a restart', async () => {
    const own = await createTestRelay();
    const bob = new Person();
    await bob.register(own.net(), await own.presentation());
    const sender = await own.net().connectUnauthenticatedChat({ onConnectionInterrupted: () => undefined });
    await sender.sendMessage({
      destination: serviceIdOf(bob),
      timestamp: 1,
      contents: [{ deviceId: 1, registrationId: bob.registrationId, contents: utf8('still here') }],
      auth: { accessKey: bob.accessKey },
      onlineOnly: false,
      urgent: true,
    });
    const restarted = await own.restart();
    const listener = new MailListener(200);
    const chat = await restarted.net().connectAuthenticatedChat(bob.username, bob.password, false, listener);
    await listener.messages(1);
    expect(listener.texts()).toEqual(['still here']);
    await chat.disconnect();
    await restarted.dispose();
  });
});

describe('the rest of the protocol', () => {
  it('answers an official client on the odd paths', async () => {
    const bob = await newPerson();
    const chat = await connect(bob, new MailListener());
    const get = async (path: string) => chat.fetch({ verb: 'GET', path, headers: [] });
    expect((await get('/v1/keepalive')).status).toBe(200);
    expect(parseJson((await get('/v2/config')).body ?? new Uint8Array())).toEqual({ config: {} });
    const devices = parseJson((await get('/v1/devices')).body ?? new Uint8Array());
    expect(devices).toMatchObject({ devices: [{ id: 1, registrationId: bob.registrationId }] });
    expect((await get('/v1/certificate/delivery?includeE164=true')).status).toBe(400);
    expect((await get('/v1/certificate/delivery?includeE164=false')).status).toBe(200);
    expect((await get('/v1/no/such/path')).status).toBe(404);
    expect((await chat.fetch({ verb: 'POST', path: '/v1/keepalive', headers: [] })).status).toBe(405);
    const attributes = {
      fetchesMessages: true,
      registrationId: bob.registrationId,
      unidentifiedAccessKey: toBase64(bob.accessKey),
      capabilities: { spqr: true },
    };
    const put = await chat.fetch({
      verb: 'PUT',
      path: '/v1/accounts/attributes/',
      headers: JSON_HEADERS,
      body: formatJson(attributes),
    });
    expect(put.status).toBe(204);
    await chat.disconnect();
  });
});
