import { ErrorCode, type Net } from '@signalapp/libsignal-client';
import { toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { formatJson, MEDIA_TYPE, parseJson } from '@sotto/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Group } from './_group.ts';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';

/** Accounts that let everybody write to them, and others. */

const NOTHING = new Uint8Array();
let world: LibsignalWorld;
let bob: Person;
let mail: MailListener;
let chat: Net.AuthenticatedChatConnection;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());
beforeEach(async () => {
  bob = await world.newPerson();
  mail = new MailListener(200);
  chat = await world.connect(bob, mail);
  return () => chat.disconnect();
});

/** Let everybody in, or only who knows the access key. */
async function setUnrestricted(unrestrictedUnidentifiedAccess: boolean): Promise<void> {
  const { status } = await chat.fetch({
    verb: 'PUT',
    path: '/v1/accounts/attributes/',
    headers: JSON_HEADERS,
    body: formatJson({
      fetchesMessages: true,
      registrationId: bob.registrationId,
      unidentifiedAccessKey: toBase64(bob.accessKey),
      unrestrictedUnidentifiedAccess,
      capabilities: { spqr: true, optionalPhoneNumber: true },
    }),
  });
  expect(status).toBe(204);
}

const unauthorized = { code: ErrorCode.RequestUnauthorized };
const fetchKeys = (auth: 'unrestricted' | { accessKey: Uint8Array<ArrayBuffer> }, target = bob) =>
  world.anonymous.getPreKeys({ target: serviceIdOf(target), device: 'all', auth });

describe('an account that is open to everybody', () => {
  it('gets sealed messages and gives keys to who shows nothing, and is closed to them otherwise', async () => {
    const another = { accessKey: randomBytes(16) };
    for (const auth of ['unrestricted', another] as const) {
      await expect(world.sealTo(bob, 'x', { auth })).rejects.toMatchObject(unauthorized);
      await expect(fetchKeys(auth)).rejects.toMatchObject(unauthorized);
    }
    await setUnrestricted(true);
    await world.sealTo(bob, 'from anybody', { auth: 'unrestricted' });
    await world.sealTo(bob, 'by another key', { auth: another });
    await mail.messages(2);
    expect(mail.texts()).toEqual(['from anybody', 'by another key']);
    for (const auth of ['unrestricted', another] as const) {
      expect((await fetchKeys(auth)).preKeyBundles).toHaveLength(1);
    }
    await setUnrestricted(false);
    await expect(world.sealTo(bob, 'x', { auth: 'unrestricted' })).rejects.toMatchObject(unauthorized);
    await expect(fetchKeys('unrestricted')).rejects.toMatchObject(unauthorized);
    await world.sealTo(bob, 'by its key');
    await mail.messages(3);
  });

  it('may be so from its registration on', async () => {
    const open = new Person();
    const attributes = { unrestrictedUnidentifiedAccess: true };
    await open.register(world.net, await world.relay.presentation(), attributes);
    await world.sealTo(open, 'x', { auth: 'unrestricted' });
    expect((await fetchKeys('unrestricted', open)).preKeyBundles).toHaveLength(1);
  });

  it('adds no key to those of a message to many', async () => {
    const [alice, carol] = [await world.newPerson(), await world.newPerson()];
    const group = new Group([alice, bob, carol]);
    const aliceChat = await world.connect(alice, new MailListener());
    await group.begin(world.anonymous, aliceChat);
    await aliceChat.disconnect();
    // The official client has no typed call by access keys, which Signal's server still takes.
    const send = async (key: Uint8Array<ArrayBuffer>) => {
      const { status, body } = await world.anonymous.fetch({
        verb: 'PUT',
        path: '/v1/messages/multi_recipient?ts=5&online=false&urgent=true',
        headers: [
          ['content-type', MEDIA_TYPE.multiRecipient],
          ['unidentified-access-key', toBase64(key)],
        ],
        body: await group.write('to both'),
      });
      return [status, body && parseJson(body)];
    };
    const both = carol.accessKey.map((byte, index) => byte ^ (bob.accessKey[index] ?? 0));
    const taken = [200, { uuids404: [] }];
    expect(await send(carol.accessKey)).toEqual([401, undefined]);
    expect(await send(both)).toEqual(taken);
    await setUnrestricted(true);
    expect(await send(carol.accessKey)).toEqual(taken);
    expect(await send(both)).toEqual([401, undefined]);
    await mail.messages(2);
    for (const { envelope } of mail.pushes) {
      expect(await group.read(bob, envelope.content ?? NOTHING)).toBe('to both');
    }
  });
});
