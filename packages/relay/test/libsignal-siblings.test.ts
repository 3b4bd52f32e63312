import { ErrorCode, type Net } from '@signalapp/libsignal-client';
import { utf8 } from '@sotto/bytes';
import { ENVELOPE_TYPE, formatJson, formatMessageList, IDLE_PRIMARY_ALERT, parseJson } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { linkTo } from './_linking.ts';
import { MailListener } from './_mail-listener.ts';
import type { Person } from './_person.ts';

let world: LibsignalWorld;
let time = Date.now();
beforeAll(async () => {
  world = await createLibsignalWorld({ now: () => time });
});
afterAll(() => world.dispose());

const NOTHING = new Uint8Array();
const to = (device: Person, text = 'x') => ({
  deviceId: device.device,
  registrationId: device.registrationId,
  contents: utf8(text),
});
const mismatch = (entry: object) => ({
  code: ErrorCode.MismatchedDevices,
  entries: [expect.objectContaining(entry)],
});

/** As libsignal does, whose typed call does not hand the answer on. */
async function sendRaw(chat: Net.AuthenticatedChatConnection, devices: readonly Person[]) {
  const messages = devices.map(({ device, registrationId }) => ({
    type: ENVELOPE_TYPE.ciphertext,
    destinationDeviceId: device,
    destinationRegistrationId: registrationId,
    content: utf8('raw'),
  }));
  const { status, body } = await chat.fetch({
    verb: 'PUT',
    path: `/v1/messages/${devices[0]?.aci}`,
    headers: JSON_HEADERS,
    body: formatJson(formatMessageList({ messages, timestamp: 7, online: false, urgent: true })),
  });
  return { status, answer: parseJson(body ?? NOTHING) };
}

describe('an account with two devices', () => {
  it('gets a message on both, and neither without the other', async () => {
    const owner = await world.newPerson();
    await world.sealTo(owner, 'alone');
    const second = await linkTo(world, owner, 2);
    await expect(world.sealTo(owner, 'x')).rejects.toMatchObject(
      mismatch({ missingDevices: [2], extraDevices: [], staleDevices: [] }),
    );
    await world.sealTo(owner, '', { contents: [to(owner, 'for one'), to(second, 'for two')] });
    const mail = [new MailListener(200), new MailListener(200)] as const;
    const chats = [await world.connect(owner, mail[0]), await world.connect(second, mail[1])];
    await Promise.all(mail.map((one) => one.empty()));
    expect(mail.map((one) => one.texts())).toEqual([['alone', 'for one'], ['for two']]);
    await Promise.all(chats.map((chat) => chat.disconnect()));
  });

  it('is told to senders as changed when one of them was linked anew', async () => {
    const owner = await world.newPerson();
    const old = await linkTo(world, owner, 2);
    const chat = await world.connect(owner, new MailListener());
    await chat.fetch({ verb: 'DELETE', path: '/v1/devices/2', headers: [] });
    await expect(world.sealTo(owner, '', { contents: [to(owner), to(old)] })).rejects.toMatchObject(
      mismatch({ missingDevices: [], extraDevices: [2], staleDevices: [] }),
    );
    await chat.disconnect();
    const anew = await linkTo(world, owner, 2, old.registrationId + 1);
    await expect(world.sealTo(owner, '', { contents: [to(owner), to(old)] })).rejects.toMatchObject(
      mismatch({ missingDevices: [], extraDevices: [], staleDevices: [2] }),
    );
    await world.sealTo(owner, '', { contents: [to(owner), to(anew)] });
  });

  it('finds nothing on a new device of what came for another that had its number', async () => {
    const owner = await world.newPerson();
    const old = await linkTo(world, owner, 2);
    await world.sealTo(owner, '', { contents: [to(owner), to(old, 'never read')] });
    const chat = await world.connect(owner, new MailListener());
    await chat.fetch({ verb: 'DELETE', path: '/v1/devices/2', headers: [] });
    await chat.disconnect();
    const listener = new MailListener();
    const again = await world.connect(await linkTo(world, owner, 2), listener);
    await listener.empty();
    expect(listener.pushes).toEqual([]);
    await again.disconnect();
  });

  it('has prekeys of both, or of the one that is asked for', async () => {
    const owner = await world.newPerson();
    const second = await linkTo(world, owner, 2);
    const chat = await world.connect(second, new MailListener());
    const body = second.oneTimeKeys(1);
    await chat.fetch({ verb: 'PUT', path: '/v2/keys', headers: JSON_HEADERS, body });
    const fetchKeys = async (device: 'all' | { deviceId: number }) => {
      const request = { target: serviceIdOf(owner), device, auth: { accessKey: owner.accessKey } };
      const { identityKey, preKeyBundles } = await world.anonymous.getPreKeys(request);
      expect(identityKey).toEqual(owner.identity.getPublicKey());
      return preKeyBundles.map((bundle) => [bundle.deviceId(), bundle.preKeyId() !== null]);
    };
    expect(await fetchKeys('all')).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(await fetchKeys({ deviceId: 2 })).toEqual([[2, false]]);
    await chat.disconnect();
  });

  it('sends to its own other devices, and no copy to the one that sends', async () => {
    const owner = await world.newPerson();
    const [second, third] = [await linkTo(world, owner, 2), await linkTo(world, owner, 3)];
    const listener = new MailListener(200);
    const chats = [await world.connect(owner, new MailListener()), await world.connect(third, listener)];
    const sync = (contents: readonly Person[]) =>
      chats[0]?.sendSyncMessage({
        timestamp: 8,
        contents: contents.map((device) => ({ ...to(device), contents: ciphertext })),
        urgent: true,
      });
    const bundle = await world.anonymous.getPreKeys({
      target: serviceIdOf(owner),
      device: { deviceId: 3 },
      auth: { accessKey: owner.accessKey },
    });
    const ciphertext = await owner.encrypt(third, 'sync', bundle.preKeyBundles[0]);
    await expect(sync([third])).rejects.toMatchObject(mismatch({ missingDevices: [2], extraDevices: [] }));
    await expect(sync([owner, second, third])).rejects.toMatchObject(
      mismatch({ missingDevices: [], extraDevices: [1] }),
    );
    await sync([second, third]);
    await listener.messages(1);
    expect(listener.pushes[0]?.envelope).toMatchObject({
      type: ENVELOPE_TYPE.preKey,
      source: { aci: serviceIdOf(owner).getRawUuidBytes(), device: 1 },
    });
    expect(await third.decryptFirst(owner, listener.pushes[0]?.envelope.content ?? NOTHING)).toBe('sync');
    await Promise.all(chats.map((chat) => chat.disconnect()));
  });

  it('is told that its other devices need a copy, and all of them that a message was delivered', async () => {
    const [alice, bob] = [await world.newPerson(), await world.newPerson()];
    const second = await linkTo(world, alice, 2);
    const mail = [new MailListener(200), new MailListener(200), new MailListener(200)] as const;
    const chat = await world.connect(alice, mail[0]);
    const secondChat = await world.connect(second, mail[1]);
    const bobChat = await world.connect(bob, mail[2]);
    const answered = (needsSync: boolean) => ({ status: 200, answer: { needsSync } });
    expect(await sendRaw(secondChat, [bob])).toEqual(answered(true));
    await Promise.all(mail.map((one) => one.messages(1)));
    const receipt = { type: ENVELOPE_TYPE.deliveryReceipt, clientTimestamp: 7 };
    const from = (person: Person) => ({
      source: { aci: serviceIdOf(person).getRawUuidBytes(), device: person.device },
    });
    expect(mail.map((one) => one.pushes[0]?.envelope)).toMatchObject([
      { ...receipt, ...from(bob) },
      { ...receipt, ...from(bob) },
      from(second),
    ]);
    // A copy to its own needs neither.
    expect(await sendRaw(secondChat, [alice])).toEqual(answered(false));
    await mail[0].messages(2);
    expect(await sendRaw(bobChat, [alice, second])).toEqual(answered(false));
    await Promise.all([mail[0].messages(3), mail[1].messages(2), mail[2].messages(3)]);
    expect(mail.map((one) => one.pushes.length)).toEqual([3, 2, 3]);
    await Promise.all([chat, secondChat, bobChat].map((one) => one.disconnect()));
  });

  it('tells the linked one that the primary has been away, once that is a month and more', async () => {
    const owner = await world.newPerson();
    const second = await linkTo(world, owner, 2);
    const alertsOf = async (device: Person) => {
      const listener = new MailListener();
      const chat = await world.connect(device, listener);
      await listener.empty();
      await chat.disconnect();
      return listener.alerts;
    };
    const day = 24 * 60 * 60_000;
    time += 30 * day;
    expect(await alertsOf(second)).toEqual([]);
    time += day;
    expect(await alertsOf(second)).toEqual([IDLE_PRIMARY_ALERT]);
    expect(await alertsOf(owner)).toEqual([]);
    expect(await alertsOf(second)).toEqual([]);
  });
});
