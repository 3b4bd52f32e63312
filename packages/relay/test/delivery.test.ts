import { toBase64, utf8 } from '@sotto/bytes';
import { decodeEnvelope, formatMessageList, parseJson, type RequestFrame } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await createTestRelay();
});
afterAll(() => relay.dispose());

function sendAs(headers: Record<string, string>, to: Newcomer, text: string, changes: object = {}) {
  const message = {
    type: 6,
    destinationDeviceId: 1,
    destinationRegistrationId: to.registrationId,
    content: utf8(text),
  };
  const json = formatMessageList({
    messages: [message],
    timestamp: 5,
    online: false,
    urgent: true,
    ...changes,
  });
  return ask(relay, { verb: 'PUT', path: `/v1/messages/${to.aciText}`, headers, json });
}
const seal = (to: Newcomer, text: string, changes: object = {}) =>
  sendAs({ 'unidentified-access-key': toBase64(to.accessKey) }, to, text, changes);

const open = ({ authorization }: Newcomer, headers: Record<string, string> = {}) =>
  RawSocket.open(relay, { authorization, ...headers });
const isMessage = ({ path }: RequestFrame) => path === '/api/v1/message';
const messagesOf = (socket: RawSocket) => socket.pushes().filter(isMessage);
const isEmpty = (socket: RawSocket) => socket.pushes().some(({ path }) => path === '/api/v1/queue/empty');
const textOf = ({ body }: RequestFrame) =>
  new TextDecoder().decode(decodeEnvelope(body ?? new Uint8Array()).content);

describe('delivery', () => {
  it('keeps at most 256 messages in flight and goes on as they are answered', async () => {
    const bob = await registered(relay);
    await Promise.all(Array.from({ length: 300 }, (_, index) => seal(bob, `${index}`)));
    const socket = await open(bob);
    await until(() => messagesOf(socket).length === 256, '256 are in flight');
    // A round trip, in which a further push would have come first.
    await socket.request({ id: 1n, verb: 'GET', path: '/v1/keepalive' });
    expect(messagesOf(socket)).toHaveLength(256);
    for (const push of messagesOf(socket)) socket.answer(push, 200);
    await until(() => messagesOf(socket).length === 300, 'the rest has come');
    expect(isEmpty(socket)).toBe(false);
    for (const push of messagesOf(socket).slice(256)) socket.answer(push, 503);
    await until(() => isEmpty(socket), 'all are answered, in whatever way');
    expect(new Set(messagesOf(socket).map(textOf)).size).toBe(300);
    socket.close();
    const again = await open(bob);
    await until(() => messagesOf(again).length === 44, 'the refused ones have come again');
    expect(isEmpty(again)).toBe(false);
    again.close();
  });

  it('says an empty queue is empty, once', async () => {
    const bob = await registered(relay);
    const socket = await open(bob);
    await until(() => isEmpty(socket), 'the queue is empty');
    await seal(bob, 'later');
    await until(() => messagesOf(socket).length === 1, 'the message has come');
    socket.answer(messagesOf(socket)[0] as RequestFrame, 200);
    await socket.request({ id: 1n, verb: 'GET', path: '/v1/keepalive' });
    expect(socket.pushes().filter((push) => !isMessage(push))).toHaveLength(1);
    socket.close();
  });

  it('gives a message that is only for now to whoever is there or comes in a moment, once', async () => {
    const bob = await registered(relay);
    const now = { online: true, timestamp: Date.now() + 60_000 };
    expect((await seal(bob, 'not there yet', now)).status).toBe(200);
    const socket = await open(bob);
    await until(() => messagesOf(socket).length === 1, 'it has come');
    await seal(bob, 'typing', { online: true });
    await until(() => messagesOf(socket).length === 2, 'the next has come');
    expect(messagesOf(socket).map(textOf)).toEqual(['not there yet', 'typing']);
    socket.close();
    const again = await open(bob);
    await until(() => isEmpty(again), 'the queue is empty');
    expect(messagesOf(again)).toEqual([]);
    again.close();
  });

  it('of a message that is only for now ends ten seconds after it was sent', async () => {
    let time = 1_700_000_000_000;
    const own = await createTestRelay({ now: () => time });
    const bob = await registered(own);
    const message = {
      type: 6,
      destinationDeviceId: 1,
      destinationRegistrationId: bob.registrationId,
      content: utf8('typing'),
    };
    const headers = { 'unidentified-access-key': toBase64(bob.accessKey) };
    for (const age of [0, 4_000]) {
      const json = formatMessageList({
        messages: [{ ...message, content: utf8(`${age}`) }],
        timestamp: time - age,
        online: true,
        urgent: false,
      });
      await ask(own, { verb: 'PUT', path: `/v1/messages/${bob.aciText}`, headers, json });
    }
    time += 6_000;
    const socket = await RawSocket.open(own, { authorization: bob.authorization });
    await until(() => messagesOf(socket).length === 1, 'what is in time has come');
    expect(messagesOf(socket).map(textOf)).toEqual(['0']);
    socket.close();
    expect(own.relay.events.totals()['online-dropped']).toBe(1);
    await own.dispose();
  });

  it('leaves a socket alone that asked for no messages', async () => {
    const bob = await registered(relay);
    await seal(bob, 'waits');
    const quiet = await open(bob, { 'x-signal-disable-messages': 'true' });
    expect((await quiet.request({ id: 1n, verb: 'GET', path: '/v1/accounts/whoami' })).status).toBe(200);
    const socket = await open(bob);
    await until(() => messagesOf(socket).length === 1, 'the message has come');
    expect(quiet.pushes()).toEqual([]);
    expect(quiet.closed).toBeUndefined();
    for (const one of [quiet, socket]) one.close();
  });

  it('to a reader that pauses goes on when it reads again', async () => {
    const bob = await registered(relay);
    const large = 'x'.repeat(90_000);
    for (let sent = 0; sent < 40; sent++) await seal(bob, large);
    const slow = await open(bob);
    slow.pause();
    expect((await ask(relay, { verb: 'GET', path: '/v1/keepalive' })).status).toBe(200);
    slow.resume();
    await until(() => messagesOf(slow).length === 40, 'everything has come in the end');
    slow.close();
  });

  it('of a sync goes to the other devices only, of which there are none', async () => {
    const bob = await registered(relay);
    const headers = { authorization: bob.authorization };
    const reply = await sendAs(headers, bob, '', { messages: [] });
    expect([reply.status, parseJson(reply.body)]).toEqual([200, { needsSync: false }]);
    expect((await sendAs(headers, bob, 'to itself')).status).toBe(409);
  });

  it('is not for who shows too much, or for people who are not here', async () => {
    const [alice, bob] = [await registered(relay), await registered(relay)];
    const access = toBase64(bob.accessKey);
    const path = `/v1/messages/${bob.aciText}`;
    const status = async (headers: Record<string, string>, at = path) =>
      (await ask(relay, { verb: 'PUT', path: at, headers, json: { messages: [] } })).status;
    expect(await status({ 'unidentified-access-key': access, 'group-send-token': 'AA' })).toBe(400);
    expect(await status({ 'group-send-token': 'AA' }, `${path}?story=true`)).toBe(400);
    expect(await status({ 'group-send-token': 'AA' })).toBe(401);
    const { authorization } = alice;
    expect(await status({ authorization, 'group-send-token': 'AA' })).toBe(400);
    expect(await status({ authorization }, '/v1/messages/01234567-89ab-8def-8123-456789abcdef')).toBe(404);
    // On an authenticated call an access key changes nothing: the send is identified.
    expect((await sendAs({ authorization, 'unidentified-access-key': 'AAAA' }, bob, 'x')).status).toBe(200);
  });

  it('takes any type that clients make, times that all clients know, and one copy for each device', async () => {
    const bob = await registered(relay);
    const copy = (type: number, device = 1, content = utf8('x')) => ({
      type,
      destinationDeviceId: device,
      destinationRegistrationId: bob.registrationId,
      content: toBase64(content),
    });
    const put = async (messages: object[], timestamp = 5) => {
      const json = { messages, timestamp };
      const headers = { 'unidentified-access-key': toBase64(bob.accessKey) };
      return (await ask(relay, { verb: 'PUT', path: `/v1/messages/${bob.aciText}`, headers, json })).status;
    };
    for (const type of [1, 3, 6, 8]) expect(await put([copy(type)])).toBe(200);
    for (const type of [0, 2, 5, 7]) expect(await put([copy(type)])).toBe(422);
    expect(await put([copy(6), copy(6)])).toBe(422);
    expect(await put([copy(6, 1, new Uint8Array())])).toBe(422);
    expect(await put([copy(6)], -1)).toBe(422);
    expect(await put([copy(6)], 8_640_000_000_000_000)).toBe(200);
    expect(await put([copy(6)], 8_640_000_000_000_001)).toBe(422);
  });

  it('of stories is for sockets that want them; others take them from the queue unseen', async () => {
    const bob = await registered(relay);
    const story = (text: string) => {
      const message = {
        type: 6,
        destinationDeviceId: 1,
        destinationRegistrationId: bob.registrationId,
        content: utf8(text),
      };
      const json = formatMessageList({ messages: [message], timestamp: 5, online: false, urgent: true });
      return ask(relay, { verb: 'PUT', path: `/v1/messages/${bob.aciText}?story=true`, json });
    };
    const first = await story('unseen');
    expect([first.status, parseJson(first.body)]).toEqual([200, { needsSync: false }]);
    const uninterested = await open(bob);
    await until(() => isEmpty(uninterested), 'the queue is empty');
    expect(messagesOf(uninterested)).toEqual([]);
    const interested = await open(bob, { 'x-signal-receive-stories': 'true' });
    await until(() => uninterested.closed !== undefined, 'it has taken the place of the other');
    await story('seen');
    await until(() => messagesOf(interested).length > 0, 'a story has come');
    const [push] = messagesOf(interested) as [RequestFrame];
    expect(textOf(push)).toBe('seen');
    expect(decodeEnvelope(push.body ?? new Uint8Array()).story).toBe(true);
    interested.close();
  });

  it('of a report says yes, and counts it', async () => {
    const bob = await registered(relay);
    const guid = '01234567-89ab-4def-8123-456789abcdef';
    const report = async (source: string, id: string, json?: unknown, headers: object = bob) => {
      const { authorization } = headers as Newcomer;
      const path = `/v1/messages/report/${source}/${id}`;
      const named = authorization === undefined ? {} : { authorization };
      return (await ask(relay, { verb: 'POST', path, headers: named, json })).status;
    };
    const before = relay.relay.events.totals()['spam-reported'] ?? 0;
    expect(await report(bob.aciText, guid)).toBe(202);
    expect(await report('+12025550123', guid, { token: 'AAAA' })).toBe(202);
    expect(relay.relay.events.totals()['spam-reported']).toBe(before + 2);
    expect(await report(bob.aciText, guid, { token: 7 })).toBe(422);
    expect(await report('somebody', guid)).toBe(400);
    expect(await report(bob.aciText, '7')).toBe(404);
    expect(await report(bob.aciText, guid, undefined, {})).toBe(401);
  });
});
