import {
  ErrorCode,
  PublicKey,
  SenderCertificate,
  sealedSenderDecryptMessage,
} from '@signalapp/libsignal-client';
import { parseDeliveryCertificate, parseRelayInfo } from '@sotto/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Correspondent } from './_correspondent.ts';
import { Group } from './_group.ts';
import { createLibsignalWorld, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { get, linkTo } from './_linking.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';

/** Senders who know other devices than there are: what they are told, and that it is enough to reach all. */

const NOTHING = new Uint8Array();
let world: LibsignalWorld;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());
beforeEach(async () => {
  [alice, bob] = [await world.newPerson(), await world.newPerson()];
});

const unlink = async (owner: Person, device: number) => {
  const chat = await world.connect(owner, new MailListener());
  await chat.fetch({ verb: 'DELETE', path: `/v1/devices/${device}`, headers: [] });
  await chat.disconnect();
};

/** What waits for a device, all of it acknowledged. */
async function collect(device: Person): Promise<MailListener> {
  const listener = new MailListener(200);
  const chat = await world.connect(device, listener);
  await listener.empty();
  await chat.disconnect();
  return listener;
}
const contentsFor = async (device: Person) =>
  (await collect(device)).pushes.map(({ envelope }) => envelope.content ?? NOTHING);

describe('a message to one', () => {
  const told = (entry: object) => ({
    account: serviceIdOf(bob),
    missingDevices: [],
    extraDevices: [],
    staleDevices: [],
    ...entry,
  });

  /** Whoever writes learns of a second device, of another in its place, and that there is none any more. */
  async function throughAllChanges(
    write: (text: string) => Promise<unknown>,
    read: (device: Person) => Promise<string[]>,
  ): Promise<void> {
    const second = await linkTo(world, bob, 2);
    expect(await write('to both')).toEqual([told({ missingDevices: [2] })]);
    expect([await read(bob), await read(second)]).toEqual([['to both'], ['to both']]);
    await unlink(bob, 2);
    const anew = await linkTo(world, bob, 2, 222);
    expect(await write('to the new one')).toEqual([told({ staleDevices: [2] })]);
    expect([await read(bob), await read(anew)]).toEqual([['to the new one'], ['to the new one']]);
    await unlink(bob, 2);
    expect(await write('alone again')).toEqual([told({ extraDevices: [2] })]);
    expect(await read(bob)).toEqual(['alone again']);
  }

  it('by name is sent again with fetched keys, and each device reads it', async () => {
    const chat = await world.connect(alice, new MailListener(200));
    const correspondent = new Correspondent(alice, bob, world.anonymous);
    await correspondent.learn(1);
    await throughAllChanges(
      (text) =>
        correspondent.sendUntilTaken(async () =>
          chat.sendMessage({
            destination: serviceIdOf(bob),
            timestamp: 1_700_000_000_020,
            contents: await correspondent.named(text),
            onlineOnly: false,
            urgent: true,
          }),
        ),
      async (device) =>
        Promise.all((await contentsFor(device)).map((content) => device.decryptFirst(alice, content))),
    );
    await chat.disconnect();
  });

  it('that is sealed is sent again with fetched keys, and each device reads it and who wrote it', async () => {
    const chat = await world.connect(alice, new MailListener());
    const issued = await get(chat, '/v1/certificate/delivery?includeE164=false');
    const certificate = SenderCertificate.deserialize(parseDeliveryCertificate(issued).certificate);
    const { senderTrustRoot } = parseRelayInfo(await get(chat, '/v1/sotto/relay'));
    const root = PublicKey.deserialize(senderTrustRoot ?? NOTHING);
    await chat.disconnect();

    const correspondent = new Correspondent(alice, bob, world.anonymous);
    await correspondent.learn(1);
    const open = async (device: Person, content: Uint8Array<ArrayBuffer>) => {
      const { sessions, identities, preKeys, signedKeys, kyberKeys } = device.stores;
      const opened = await sealedSenderDecryptMessage(
        content,
        root,
        Date.now(),
        null,
        device.aci,
        device.device,
        sessions,
        identities,
        preKeys,
        signedKeys,
        kyberKeys,
      );
      expect([opened.senderUuid(), opened.deviceId()]).toEqual([alice.aci, 1]);
      return new TextDecoder().decode(opened.message());
    };
    await throughAllChanges(
      (text) =>
        correspondent.sendUntilTaken(async () =>
          world.sealTo(bob, '', { contents: await correspondent.sealed(text, certificate) }),
        ),
      async (device) => Promise.all((await contentsFor(device)).map((content) => open(device, content))),
    );
  });
});

describe('one message to many', () => {
  let carol: Person;
  let group: Group;
  beforeEach(async () => {
    carol = await world.newPerson();
    group = new Group([alice, bob, carol]);
    const chat = await world.connect(alice, new MailListener());
    await group.begin(world.anonymous, chat);
    await chat.disconnect();
  });

  const send = async (text: string, to: readonly Person[], auth: 'group' | 'story' = 'group') =>
    world.anonymous.sendMultiRecipientMessage({
      payload: await group.write(text, to),
      timestamp: 1_700_000_000_021,
      auth: auth === 'story' ? auth : group.token(world.relay.data, [bob, carol]),
      onlineOnly: false,
      urgent: false,
    });
  const read = async (device: Person) =>
    Promise.all((await contentsFor(device)).map((content) => group.read(device, content)));
  const refused = (...entries: readonly object[]) => ({
    code: ErrorCode.MismatchedDevices,
    entries: entries.map((entry) => ({
      missingDevices: [],
      extraDevices: [],
      staleDevices: [],
      ...entry,
    })),
  });
  /** Somebody on a new phone: the keys are theirs still, and all else is new. */
  const onNewPhone = async ({ identity, recoveryPassword, accessKey, registrationId }: Person) => {
    const anew = new Person({ identity, recoveryPassword, accessKey, registrationId: registrationId + 1 });
    await anew.register(world.net, await world.relay.presentation());
    return anew;
  };

  it('names a device that it is not for, whose keys are fetched, and all read it', async () => {
    const second = await linkTo(world, bob, 2);
    const missing = refused({ account: serviceIdOf(bob), missingDevices: [2] });
    await expect(send('x', [bob, carol])).rejects.toMatchObject(missing);
    await expect(send('x', [bob, carol], 'story')).rejects.toMatchObject(missing);
    await group.meet(world.anonymous, second);
    expect(await send('to all devices', [bob, second, carol])).toEqual({ unregisteredIds: [] });
    for (const device of [bob, second, carol]) expect(await read(device)).toEqual(['to all devices']);
  });

  it('names a device that is not there any more, and goes without it', async () => {
    const second = await linkTo(world, bob, 2);
    await group.meet(world.anonymous, second);
    await unlink(bob, 2);
    const extra = refused({ account: serviceIdOf(bob), extraDevices: [2] });
    await expect(send('x', [bob, second, carol])).rejects.toMatchObject(extra);
    await expect(send('x', [bob, second, carol], 'story')).rejects.toMatchObject(extra);
    await send('to those that there are', [bob, carol]);
    for (const device of [bob, carol]) expect(await read(device)).toEqual(['to those that there are']);
  });

  it('names missing and extra devices of all first, and stale ones when there are no others', async () => {
    const bobAnew = await onNewPhone(bob);
    const second = await linkTo(world, bobAnew, 2);
    const carolSecond = await linkTo(world, carol, 2);
    // One of the two has a stale device and lacks one, the other only lacks one.
    await expect(send('x', [bob, carol])).rejects.toMatchObject(
      refused(
        { account: serviceIdOf(bob), missingDevices: [2] },
        { account: serviceIdOf(carol), missingDevices: [2] },
      ),
    );
    await group.meet(world.anonymous, second);
    await expect(send('x', [bob, second, carol])).rejects.toMatchObject(
      refused({ account: serviceIdOf(carol), missingDevices: [2] }),
    );
    await group.meet(world.anonymous, carolSecond);
    await expect(send('x', [bob, second, carol, carolSecond])).rejects.toMatchObject(
      refused({ account: serviceIdOf(bob), staleDevices: [1] }),
    );
    await group.meet(world.anonymous, bobAnew);
    await send('at last', [bobAnew, second, carol, carolSecond]);
    for (const device of [bobAnew, second, carol, carolSecond]) {
      expect(await read(device)).toEqual(['at last']);
    }
  });
});
