import { ErrorCode, PublicKey, SenderCertificate } from '@signalapp/libsignal-client';
import { toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import {
  ENVELOPE_TYPE,
  formatJson,
  parseDeliveryCertificate,
  parseJson,
  parseRelayInfo,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import { createTestRelay, until } from './_test-relay.ts';

let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());

describe('sending and receiving', () => {
  it('delivers a sealed message without a sender, and says the queue is empty after the backlog is answered', async () => {
    const bob = await world.newPerson();
    await world.sealTo(bob, 'one');
    await world.sealTo(bob, 'two');
    const listener = new MailListener();
    const chat = await world.connect(bob, listener);
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
    await world.sealTo(bob, 'three');
    await listener.messages(3);
    expect(listener.order).toEqual(['message', 'message', 'empty', 'message']);
    expect(listener.serverTimes.length).toBeGreaterThan(0);
    await chat.disconnect();
  });

  it('delivers again what was not acknowledged, and nothing that was', async () => {
    const bob = await world.newPerson();
    for (const text of ['kept', 'refused', 'taken']) await world.sealTo(bob, text);
    const first = new MailListener();
    const chat = await world.connect(bob, first);
    await first.messages(3);
    const acknowledged = () => world.relay.relay.events.totals()['message-acknowledged'] ?? 0;
    const before = acknowledged();
    first.pushes[1]?.ack.send(500);
    first.pushes[2]?.ack.send(200);
    await until(() => acknowledged() > before, 'the acknowledgement is in');
    await chat.disconnect();
    const second = new MailListener(200);
    const again = await world.connect(bob, second);
    await second.empty();
    expect(second.texts()).toEqual(['kept', 'refused']);
    expect(second.pushes[0]?.envelope.guid).toEqual(first.pushes[0]?.envelope.guid);
    await again.disconnect();
    const third = new MailListener();
    const last = await world.connect(bob, third);
    await third.empty();
    expect(third.pushes).toEqual([]);
    await last.disconnect();
  });

  it('names the sender of an identified message, and tells the sender that it was delivered', async () => {
    const [alice, bob] = [await world.newPerson(), await world.newPerson()];
    const aliceMail = new MailListener(200);
    const aliceChat = await world.connect(alice, aliceMail);
    const bobMail = new MailListener(200);
    const bobChat = await world.connect(bob, bobMail);
    const keys = await world.anonymous.getPreKeys({
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
    const bob = await world.newPerson();
    const unauthorized = { code: ErrorCode.RequestUnauthorized };
    await expect(world.sealTo(bob, 'x', { auth: { accessKey: randomBytes(16) } })).rejects.toMatchObject(
      unauthorized,
    );
    await expect(world.sealTo(new Person(), 'x')).rejects.toMatchObject(unauthorized);
    const to = (deviceId: number, registrationId = bob.registrationId) => ({
      deviceId,
      registrationId,
      contents: utf8('x'),
    });
    const devices = (entry: object) => ({
      code: ErrorCode.MismatchedDevices,
      entries: [expect.objectContaining(entry)],
    });
    await expect(world.sealTo(bob, 'x', { contents: [to(2)] })).rejects.toMatchObject(
      devices({ missingDevices: [1], extraDevices: [2], staleDevices: [] }),
    );
    const stale = bob.registrationId + 1;
    await expect(world.sealTo(bob, 'x', { contents: [to(1, stale), to(3)] })).rejects.toMatchObject(
      devices({ missingDevices: [], extraDevices: [], staleDevices: [1] }),
    );
  });

  it('lets the newer of two connections of a device have it, and closes the older with 4409', async () => {
    const bob = await world.newPerson();
    const older = new MailListener(200);
    await world.connect(bob, older);
    await older.empty();
    const newer = new MailListener(200);
    const chat = await world.connect(bob, newer);
    await older.interrupted();
    expect(older.interruption).toMatchObject({ code: ErrorCode.ConnectedElsewhere });
    await world.sealTo(bob, 'to the newer');
    await newer.messages(1);
    expect(older.pushes).toEqual([]);
    await chat.disconnect();
  });

  it('refuses a wrong password before the upgrade', async () => {
    const bob = await world.newPerson();
    const wrong = world.net.connectAuthenticatedChat(
      bob.username,
      'not the password at all',
      false,
      new MailListener(),
    );
    await expect(wrong).rejects.toMatchObject({ code: ErrorCode.DeviceDelinked });
  });

  it('forgets a deleted account wholly and revokes its sockets', async () => {
    const bob = await world.newPerson();
    const listener = new MailListener();
    const chat = await world.connect(bob, listener);
    await world.sealTo(bob, 'never read');
    const deleted = chat
      .fetch({ verb: 'DELETE', path: '/v1/accounts/me', headers: [] })
      .catch(() => undefined);
    await listener.interrupted();
    await deleted;
    expect(listener.interruption).toMatchObject({ code: ErrorCode.ConnectionInvalidated });
    expect(await world.anonymous.accountExists({ account: serviceIdOf(bob) })).toBe(false);
    await expect(world.connect(bob, new MailListener())).rejects.toMatchObject({
      code: ErrorCode.DeviceDelinked,
    });
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
    const bob = await world.newPerson();
    const chat = await world.connect(bob, new MailListener());
    const get = async (path: string) => chat.fetch({ verb: 'GET', path, headers: [] });
    expect((await get('/v1/keepalive')).status).toBe(200);
    expect(parseJson((await get('/v2/config')).body ?? new Uint8Array())).toEqual({ config: {} });
    const devices = parseJson((await get('/v1/devices')).body ?? new Uint8Array());
    expect(devices).toMatchObject({ devices: [{ id: 1, registrationId: bob.registrationId }] });
    expect((await get('/v1/certificate/delivery?includeE164=true')).status).toBe(400);
    const issued = parseJson(
      (await get('/v1/certificate/delivery?includeE164=false')).body ?? new Uint8Array(),
    );
    const info = parseRelayInfo(parseJson((await get('/v1/sotto/relay')).body ?? new Uint8Array()));
    const certificate = SenderCertificate.deserialize(parseDeliveryCertificate(issued).certificate);
    const root = PublicKey.deserialize(info.senderTrustRoot ?? new Uint8Array());
    expect(certificate.validate(root, Date.now())).toBe(true);
    expect(certificate.validate(bob.identity.getPublicKey(), Date.now())).toBe(false);
    expect([certificate.senderUuid(), certificate.senderDeviceId()]).toEqual([bob.aci, 1]);
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
