import { toBase64 } from '@sotto/bytes';
import { formatSetKeys, parseJson, parsePreKeyCount } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { registered } from './_newcomer.ts';
import type { Person } from './_person.ts';
import { createPhoneRelay, registeredByNumber } from './_phone-world.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { until } from './_test-relay.ts';

let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());

const noticesOf = (socket: RawSocket) =>
  socket.pushes().filter(({ path }) => path.startsWith('/v1/sotto/low-prekeys'));
const open = ({ authorization }: Person, headers: Record<string, string> = { 'sotto-notices': 'true' }) =>
  RawSocket.open(world.relay, { authorization, ...headers });

async function withKeys(count: number): Promise<Person> {
  const bob = await world.newPerson();
  const headers = { authorization: bob.authorization, 'content-type': 'application/json' };
  await ask(world.relay, { verb: 'PUT', path: '/v2/keys', headers, body: bob.oneTimeKeys(count) });
  return bob;
}
const fetchKeys = ({ aci, accessKey }: Person) =>
  ask(world.relay, {
    verb: 'GET',
    path: `/v2/keys/${aci}/*`,
    headers: { 'unidentified-access-key': toBase64(accessKey) },
  });

describe('a notice of few prekeys', () => {
  it('comes when a fetch leaves fewer than ten, and wants no answer', async () => {
    const bob = await withKeys(11);
    const socket = await open(bob);
    await fetchKeys(bob);
    // A round trip, in which a notice would have come first.
    await socket.request({ id: 1n, verb: 'GET', path: '/v1/keepalive' });
    expect(noticesOf(socket)).toEqual([]);
    await fetchKeys(bob);
    await until(() => noticesOf(socket).length === 1, 'a notice has come');
    const [notice] = noticesOf(socket);
    expect(notice).toMatchObject({ verb: 'PUT' });
    expect(notice).not.toHaveProperty('id');
    expect(parsePreKeyCount(parseJson(notice?.body ?? new Uint8Array()))).toEqual({ count: 9, pqCount: 9 });
    socket.close();
  });

  it('comes of the keys of a number, which are used up by themselves', async () => {
    const relay = await createPhoneRelay();
    const { person, numberKeys, pni } = await registeredByNumber(relay);
    const preKeys = Array.from({ length: 11 }, (_, keyId) => numberKeys.signedKey(keyId));
    const pqPreKeys = Array.from({ length: 11 }, (_, keyId) => numberKeys.kyberKey(keyId));
    const { authorization } = person;
    const put = (identity: string, rest: object) =>
      ask(relay, { verb: 'PUT', path: `/v2/keys?identity=${identity}`, headers: { authorization }, ...rest });
    expect((await put('aci', { body: person.oneTimeKeys(11) })).status).toBe(200);
    expect((await put('pni', { json: formatSetKeys({ preKeys, pqPreKeys }) })).status).toBe(200);
    const stranger = await registered(relay);
    const takeKeys = async () =>
      expect(
        (
          await ask(relay, {
            verb: 'GET',
            path: `/v2/keys/PNI:${pni}/*`,
            headers: { authorization: stranger.authorization },
          })
        ).status,
      ).toBe(200);
    const connect = () => RawSocket.open(relay, { authorization, 'sotto-notices': 'true' });

    const socket = await connect();
    await takeKeys();
    await socket.request({ id: 1n, verb: 'GET', path: '/v1/keepalive' });
    expect(noticesOf(socket)).toEqual([]);
    await takeKeys();
    await until(() => noticesOf(socket).length === 1, 'a notice has come');
    const again = await connect();
    await until(() => noticesOf(again).length === 1, 'a notice has come at the start');
    for (const one of [socket, again]) {
      const [{ path, body = new Uint8Array() } = { path: '' }] = noticesOf(one);
      expect(path).toBe('/v1/sotto/low-prekeys?identity=pni');
      expect(parsePreKeyCount(parseJson(body))).toEqual({ count: 9, pqCount: 9 });
      one.close();
    }
    await relay.dispose();
  });

  it('comes at the start where there are few, also to a socket without messages', async () => {
    const bob = await withKeys(3);
    const socket = await open(bob, { 'sotto-notices': 'true', 'x-signal-disable-messages': 'true' });
    await until(() => noticesOf(socket).length === 1, 'a notice has come');
    socket.close();
  });

  it('does not come to who has not asked for it', async () => {
    const bob = await withKeys(3);
    const listener = new MailListener();
    const chat = await world.connect(bob, listener);
    await fetchKeys(bob);
    await listener.empty();
    expect((await chat.fetch({ verb: 'GET', path: '/v1/keepalive', headers: JSON_HEADERS })).status).toBe(
      200,
    );
    await chat.disconnect();
    const socket = await open(bob, {});
    await fetchKeys(bob);
    // Not even beside a socket that has asked.
    const other = await open(bob, { 'sotto-notices': 'true', 'x-signal-disable-messages': 'true' });
    await until(() => noticesOf(other).length === 1, 'a notice has come there');
    await socket.request({ id: 1n, verb: 'GET', path: '/v1/accounts/whoami' });
    expect(noticesOf(socket)).toEqual([]);
    for (const one of [socket, other]) one.close();
  });
});
