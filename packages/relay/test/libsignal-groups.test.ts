import { ErrorCode, type Net } from '@signalapp/libsignal-client';
import { toBase64 } from '@sotto/bytes';
import { ENVELOPE_TYPE, MEDIA_TYPE, parseJson } from '@sotto/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Group } from './_group.ts';
import { createLibsignalWorld, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import { ask } from './_raw-client.ts';

let world: LibsignalWorld;
let alice: Person;
let bob: Person;
let carol: Person;
let group: Group;

beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());
beforeEach(async () => {
  [alice, bob, carol] = [await world.newPerson(), await world.newPerson(), await world.newPerson()];
  group = new Group([alice, bob, carol]);
  const chat = await world.connect(alice, new MailListener());
  await group.begin(world.anonymous, chat);
  await chat.disconnect();
});

type Sent = Partial<Parameters<Net.UnauthenticatedChatConnection['sendMultiRecipientMessage']>[0]>;
const tokenFor = (...people: Person[]) => group.token(world.relay.data, people);
const send = async (text: string, changes: Sent = {}) =>
  world.anonymous.sendMultiRecipientMessage({
    payload: await group.write(text),
    timestamp: 1_700_000_000_007,
    auth: tokenFor(bob, carol),
    onlineOnly: false,
    urgent: false,
    ...changes,
  });

/** What waits for somebody, all of it acknowledged. */
async function collect(person: Person, stories = false): Promise<MailListener> {
  const listener = new MailListener(200);
  const { username, password } = person;
  const chat = await world.net.connectAuthenticatedChat(username, password, stories, listener);
  await listener.empty();
  await chat.disconnect();
  return listener;
}
const readAll = async (person: Person, stories = false) => {
  const { pushes } = await collect(person, stories);
  return Promise.all(pushes.map(({ envelope }) => group.read(person, envelope.content ?? new Uint8Array())));
};

describe('one message to many', () => {
  it('is opened by each of them with the sender key, and names no sender', async () => {
    expect(await send('to all of you')).toMatchObject({ unregisteredIds: [] });
    for (const person of [bob, carol]) {
      const { pushes } = await collect(person);
      const [envelope, ...more] = pushes.map((push) => push.envelope);
      expect(more).toEqual([]);
      expect(envelope).toMatchObject({
        type: ENVELOPE_TYPE.sealed,
        clientTimestamp: 1_700_000_000_007,
        destination: serviceIdOf(person).getRawUuidBytes(),
        urgent: false,
      });
      expect(envelope).not.toHaveProperty('source');
      expect(await group.read(person, envelope?.content ?? new Uint8Array())).toBe('to all of you');
    }
  });

  it('says who is not registered, and reaches the others', async () => {
    const chat = await world.connect(carol, new MailListener());
    await chat.fetch({ verb: 'DELETE', path: '/v1/accounts/me', headers: [] }).catch(() => undefined);
    expect(await send('is carol here?')).toEqual({ unregisteredIds: [serviceIdOf(carol)] });
    expect(await readAll(bob)).toEqual(['is carol here?']);
  });

  it('needs a token for exactly these, that has not ended', async () => {
    const unauthorized = { code: ErrorCode.RequestUnauthorized };
    const stranger = await world.newPerson();
    const elsewhere = new Group([stranger, bob, carol]);
    const payload = await group.write('x');
    for (const auth of [
      tokenFor(bob),
      tokenFor(alice, bob, carol),
      group.token(world.relay.data, [bob, carol], 0),
    ]) {
      await expect(send('x', { payload, auth })).rejects.toMatchObject(unauthorized);
    }
    await expect(
      send('x', { payload, auth: elsewhere.token(world.relay.data, [stranger, bob]) }),
    ).rejects.toMatchObject(unauthorized);
    // Which group of theirs it was is nobody's business.
    await send('x', { payload, auth: elsewhere.token(world.relay.data, [bob, carol]) });
  });

  it('is nobody’s when it lacks a device of anybody, and says of whom', async () => {
    const { identity, recoveryPassword } = bob;
    const stale = new Person({ identity, recoveryPassword, registrationId: bob.registrationId + 1 });
    await stale.register(world.net, await world.relay.presentation());
    const payload = await group.write('x');
    await expect(send('x', { payload })).rejects.toMatchObject({
      code: ErrorCode.MismatchedDevices,
      entries: [{ account: serviceIdOf(bob), missingDevices: [], extraDevices: [], staleDevices: [1] }],
    });
    expect((await collect(carol)).pushes).toEqual([]);
  });

  it('as a story needs no token, and goes to those who want stories', async () => {
    await send('look', { auth: 'story' });
    expect(await readAll(bob)).toEqual([]);
    // That connection did not want it, and it is gone.
    expect(await readAll(bob, true)).toEqual([]);
    const { pushes } = await collect(carol, true);
    expect(pushes.map(({ envelope }) => envelope.story)).toEqual([true]);
    await world.sealTo(new Person(), 'to nobody', { auth: 'story' });
  });

  it('for now reaches who is connected', async () => {
    const listener = new MailListener(200);
    const chat = await world.connect(bob, listener);
    await listener.empty();
    await send('typing', { onlineOnly: true, timestamp: Date.now() });
    await listener.messages(1);
    await chat.disconnect();
    expect((await collect(bob)).pushes).toEqual([]);
  });
});

describe('the token of a group', () => {
  const one = (auth: ReturnType<typeof tokenFor>, to = bob) => world.sealTo(to, 'to you alone', { auth });

  it('opens single sends and prekeys of whom it names', async () => {
    await one(tokenFor(bob));
    expect((await collect(bob)).texts()).toEqual(['to you alone']);
    const keys = (auth: ReturnType<typeof tokenFor>, target = bob) =>
      world.anonymous.getPreKeys({ target: serviceIdOf(target), device: 'all', auth });
    expect((await keys(tokenFor(bob))).preKeyBundles).toHaveLength(1);
    const attempts = [
      () => one(tokenFor(carol)),
      () => one(tokenFor(bob, carol)),
      () => keys(tokenFor(carol)),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: ErrorCode.RequestUnauthorized });
    }
  });

  it('tells that somebody is not registered', async () => {
    const token = tokenFor(carol);
    const chat = await world.connect(carol, new MailListener());
    await chat.fetch({ verb: 'DELETE', path: '/v1/accounts/me', headers: [] }).catch(() => undefined);
    await expect(one(token, carol)).rejects.toMatchObject({ code: ErrorCode.ServiceIdNotFound });
  });
});

describe('a message to many by plain HTTPS', () => {
  const path = '/v1/messages/multi_recipient?ts=5&online=false&urgent=true';
  const type = { 'content-type': MEDIA_TYPE.multiRecipient };
  const put = async (headers: Record<string, string>, at = path, body?: Uint8Array<ArrayBuffer>) => {
    const bytes = body ?? (await group.write('x'));
    return ask(world.relay, { verb: 'PUT', path: at, headers, body: bytes });
  };
  const combine = (...keys: Uint8Array[]) =>
    toBase64(keys.reduce((left, right) => left.map((byte, index) => byte ^ (right[index] ?? 0))) as never);

  it('takes the access keys of all together', async () => {
    const both = combine(bob.accessKey, carol.accessKey);
    const reply = await put({ ...type, 'unidentified-access-key': both });
    expect([reply.status, parseJson(reply.body)]).toEqual([200, { uuids404: [] }]);
    expect(await readAll(bob)).toEqual(['x']);
    expect((await put({ ...type, 'unidentified-access-key': toBase64(bob.accessKey) })).status).toBe(401);
  });

  it('refuses each mistake in its way', async () => {
    const key = { ...type, 'unidentified-access-key': combine(bob.accessKey, carol.accessKey) };
    const token = { 'group-send-token': toBase64(tokenFor(bob, carol).serialize()) };
    const body = await group.write('x');
    const status = async (...request: Parameters<typeof put>) => (await put(...request)).status;
    expect(await status({ ...key, 'content-type': 'application/json' })).toBe(415);
    expect(await status(type)).toBe(401);
    expect(await status({ ...key, ...token })).toBe(400);
    expect(await status({ ...type, ...token }, `${path}&story=true`)).toBe(400);
    expect(await status({ ...type, 'group-send-token': 'AAAA' })).toBe(401);
    expect(await status({ ...key, authorization: alice.authorization })).toBe(400);
    for (const ts of ['-1', '8640000000000001', 'x', '1e3']) {
      expect(await status(key, path.replace('ts=5', `ts=${ts}`))).toBe(400);
    }
    expect(await status(key, path, body.slice(0, 60))).toBe(400);
    expect(await status(key, path, Uint8Array.of(0x23, 0, ...new Uint8Array(40)))).toBe(400);
    // To the same device twice.
    const device = [1, 0, 1];
    const twice = [...new Uint8Array(17), 1, 0x80, 1, ...device, ...new Uint8Array(48)];
    expect(await status(key, path, Uint8Array.of(0x23, 1, ...twice, ...new Uint8Array(40)))).toBe(400);
    const large = new Uint8Array(96 * 1024);
    expect(
      await status(
        key,
        path,
        Uint8Array.of(0x23, 1, ...new Uint8Array(17), ...device, ...new Uint8Array(48), ...large),
      ),
    ).toBe(413);
    const unknown = await group.write('x', [bob]);
    expect(await status({ ...type, 'unidentified-access-key': toBase64(bob.accessKey) }, path, unknown)).toBe(
      200,
    );
    const chat = await world.connect(carol, new MailListener());
    await chat.fetch({ verb: 'DELETE', path: '/v1/accounts/me', headers: [] }).catch(() => undefined);
    expect(await status(key, path, body)).toBe(401);
  });
});
