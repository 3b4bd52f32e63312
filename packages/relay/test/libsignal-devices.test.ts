import { ErrorCode } from '@signalapp/libsignal-client';
import { randomBytes } from '@sotto/crypto';
import {
  formatJson,
  formatProvisioningMessage,
  parseDeviceList,
  parseJson,
  parseLinkResponse,
  parseListedDevice,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld } from './_libsignal-world.ts';
import { get, linkCode, linkTo, ProvisioningListener, sendLink } from './_linking.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import { until } from './_test-relay.ts';

let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());

describe('a device', () => {
  it('waits on a socket of its own, is told by the account’s, and is linked', async () => {
    const owner = await world.newPerson();
    const chat = await world.connect(owner, new MailListener(200));
    const waiting = new ProvisioningListener();
    const connection = await world.net.connectProvisioning(waiting);
    await until(() => waiting.address !== undefined, 'the address has come');
    expect(waiting.address).toMatch(/^[\w-]{22}==$/);

    const envelope = randomBytes(600);
    const provision = (body: Uint8Array<ArrayBuffer>) =>
      chat.fetch({
        verb: 'PUT',
        path: `/v1/provisioning/${waiting.address}`,
        headers: JSON_HEADERS,
        body: formatJson(formatProvisioningMessage({ body })),
      });
    expect((await provision(envelope)).status).toBe(204);
    await until(() => waiting.envelope !== undefined, 'the envelope has come');
    expect(waiting.envelope).toEqual(envelope);
    expect(waiting.interruption).toBeUndefined();
    // Whose answer was lost asks again; anything else would be a second message.
    expect((await provision(envelope)).status).toBe(204);
    expect((await provision(randomBytes(600))).status).toBe(404);
    waiting.acknowledge?.send(200);
    await until(() => waiting.interruption !== undefined, 'the socket is closed');
    // Its word for every close that is not its own, 1000 as well.
    expect(waiting.interruption).toMatchObject({ code: ErrorCode.IoError });
    await connection.disconnect();

    const { verificationCode, tokenIdentifier } = await linkCode(chat);
    const linked = get(chat, `/v1/devices/wait_for_linked_device/${tokenIdentifier}?timeout=20`);
    const device = new Person({ identity: owner.identity, device: 2, registrationId: 222 });
    const before = Date.now();
    const answer = await sendLink(world, device, verificationCode);
    expect(parseLinkResponse(parseJson(answer.body ?? new Uint8Array()))).toEqual({
      uuid: owner.aci,
      deviceId: 2,
    });
    const told = parseListedDevice(await linked);
    expect(told).toMatchObject({ id: 2, registrationId: 222 });
    const sealed = owner.identity.open(
      told.createdAtCiphertext ?? new Uint8Array(),
      'deviceCreatedAt',
      Uint8Array.of(2, 0, 0, 0, 222),
    );
    const time = Number(new DataView(sealed.buffer, sealed.byteOffset).getBigUint64(0));
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
    expect((await provision(envelope)).status).toBe(404);

    const own = await world.connect(device, new MailListener());
    const { devices } = parseDeviceList(await get(own, '/v1/devices'));
    expect(devices.map(({ id, registrationId }) => [id, registrationId])).toEqual([
      [1, owner.registrationId],
      [2, 222],
    ]);
    expect(devices.every(({ createdAtCiphertext }) => createdAtCiphertext?.length === 57)).toBe(true);
    await Promise.all([chat.disconnect(), own.disconnect()]);
  });

  it('is told to the one that linked it once that one has taken what came before', async () => {
    const owner = await world.newPerson();
    await world.sealTo(owner, 'before');
    const listener = new MailListener();
    const chat = await world.connect(owner, listener);
    await listener.messages(1);
    const { verificationCode, tokenIdentifier } = await linkCode(chat);
    const device = new Person({ identity: owner.identity, device: 2 });
    expect((await sendLink(world, device, verificationCode)).status).toBe(200);
    const path = `/v1/devices/wait_for_linked_device/${tokenIdentifier}`;
    const early = await chat.fetch({ verb: 'GET', path: `${path}?timeout=1`, headers: [] });
    expect(early.status).toBe(204);
    const later = chat.fetch({ verb: 'GET', path, headers: [] });
    listener.pushes[0]?.ack.send(200);
    expect((await later).status).toBe(200);
    await chat.disconnect();
  });

  it('that is unlinked loses its sockets with 4401, its keys and its mail, and is not let in again', async () => {
    const owner = await world.newPerson();
    const device = await linkTo(world, owner, 2);
    const listener = new MailListener();
    await world.connect(device, listener);
    await listener.empty();
    const chat = await world.connect(owner, new MailListener());
    const unlink = () => chat.fetch({ verb: 'DELETE', path: '/v1/devices/2', headers: [] });
    expect((await unlink()).status).toBe(204);
    await listener.interrupted();
    expect(listener.interruption).toMatchObject({ code: ErrorCode.ConnectionInvalidated });
    await expect(world.connect(device, new MailListener())).rejects.toMatchObject({
      code: ErrorCode.DeviceDelinked,
    });
    // Who was not told that it was done asks again.
    expect((await unlink()).status).toBe(204);
    const { devices } = parseDeviceList(await get(chat, '/v1/devices'));
    expect(devices.map(({ id }) => id)).toEqual([1]);
    await chat.disconnect();
  });

  it('that logs in a second time has the newer connection, and its siblings keep theirs', async () => {
    const owner = await world.newPerson();
    const device = await linkTo(world, owner, 2);
    const [first, older, newer] = [new MailListener(), new MailListener(), new MailListener()];
    const chats = [await world.connect(owner, first), await world.connect(device, older)];
    await older.empty();
    chats.push(await world.connect(device, newer));
    await older.interrupted();
    expect(older.interruption).toMatchObject({ code: ErrorCode.ConnectedElsewhere });
    await newer.empty();
    expect([first.interruption, newer.interruption]).toEqual([undefined, undefined]);
    await Promise.all(chats.map((chat) => chat.disconnect()));
  });

  it('that unlinks itself is answered before its socket is closed', async () => {
    const owner = await world.newPerson();
    const device = await linkTo(world, owner, 2);
    const listener = new MailListener();
    const chat = await world.connect(device, listener);
    const answer = await chat.fetch({ verb: 'DELETE', path: '/v1/devices/2', headers: [] });
    expect(answer.status).toBe(204);
    await listener.interrupted();
    expect(listener.interruption).toMatchObject({ code: ErrorCode.ConnectionInvalidated });
  });
});
