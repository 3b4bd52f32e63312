import { toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { decodeEnvelope, formatMessageList, parseJson, parsePreKeyResponse } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNewcomer, type Newcomer, registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await createTestRelay();
});
afterAll(() => relay.dispose());

function send(to: Newcomer, text: string, headers: Record<string, string>, changes: object = {}) {
  const message = {
    type: 6,
    destinationDeviceId: 1,
    destinationRegistrationId: to.registrationId,
    content: utf8(text),
    ...changes,
  };
  const json = formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true });
  return ask(relay, { verb: 'PUT', path: `/v1/messages/${to.aciText}`, headers, json });
}

const payFor = async (purpose: 'request' | 'keys', to: Newcomer) => ({
  'sotto-work': await relay.work(purpose, to.aci),
});

describe('a stranger', () => {
  it('pays work for each message, to this account, once', async () => {
    const bob = await registered(relay);
    const paid = await payFor('request', bob);
    expect((await send(bob, 'may I?', paid)).status).toBe(200);
    expect((await send(bob, 'again', paid)).status).toBe(401);
    expect((await send(bob, 'unpaid', {})).status).toBe(401);
    expect((await send(bob, 'for keys', await payFor('keys', bob))).status).toBe(401);
    expect((await send(bob, 'for another', await payFor('request', createNewcomer()))).status).toBe(401);
    const socket = await RawSocket.open(relay, { authorization: bob.authorization });
    await until(() => socket.pushes().length > 0, 'the message has come');
    const [push] = socket.pushes();
    expect(decodeEnvelope(push?.body ?? new Uint8Array())).toMatchObject({
      type: 6,
      content: utf8('may I?'),
    });
    socket.close();
  });

  it('pays nothing for a message that is refused', async () => {
    const bob = await registered(relay);
    const paid = await payFor('request', bob);
    expect((await send(bob, 'x', paid, { destinationRegistrationId: 1 })).status).toBe(410);
    expect((await send(bob, 'x', paid, { destinationDeviceId: 3 })).status).toBe(409);
    expect((await send(bob, 'x', paid, { type: 5 })).status).toBe(422);
    expect((await send(bob, 'x', paid, { content: new Uint8Array(96 * 1024 + 1) })).status).toBe(413);
    expect((await send(bob, 'x', paid)).status).toBe(200);
  });

  it('cannot use the same work again after a restart', async () => {
    const own = await createTestRelay();
    const bob = await registered(own);
    const headers = { 'sotto-work': await own.work('keys', bob.aci) };
    const fetchKeys = (from: TestRelay) =>
      ask(from, { verb: 'GET', path: `/v2/keys/${bob.aciText}/*`, headers });
    expect((await fetchKeys(own)).status).toBe(200);
    const restarted = await own.restart();
    expect((await fetchKeys(restarted)).status).toBe(401);
    await restarted.dispose();
  });

  it('fetches keys for work, and without learns nothing of who exists', async () => {
    const bob = await registered(relay);
    const nobody = createNewcomer();
    const keys = async (of: Newcomer, headers: Record<string, string>, device = '*') =>
      ask(relay, { verb: 'GET', path: `/v2/keys/${of.aciText}/${device}`, headers });
    const paid = await keys(bob, await payFor('keys', bob));
    expect(parsePreKeyResponse(parseJson(paid.body)).devices).toMatchObject([
      { deviceId: 1, registrationId: 42 },
    ]);
    expect((await keys(nobody, await payFor('keys', nobody))).status).toBe(404);
    for (const headers of [{}, { 'unidentified-access-key': toBase64(randomBytes(16)) }]) {
      expect((await keys(bob, headers)).status).toBe(401);
      expect((await keys(nobody, headers)).status).toBe(401);
      expect((await keys(bob, headers, '7')).status).toBe(401);
    }
    expect((await keys(bob, {}, 'x')).status).toBe(422);
    const contact = { 'unidentified-access-key': toBase64(bob.accessKey) };
    expect((await keys(bob, contact)).status).toBe(200);
    expect((await keys(bob, contact, '7')).status).toBe(401);
    expect((await keys(bob, { authorization: bob.authorization }, '7')).status).toBe(404);
  });

  it('fills only the queue of strangers', async () => {
    const bob = await registered(relay);
    const large = 'x'.repeat(96 * 1024);
    let status = 200;
    let stored = 0;
    while (status === 200) {
      status = (await send(bob, large, await payFor('request', bob))).status;
      if (status === 200) stored += 1;
    }
    expect(status).toBe(429);
    expect(stored).toBeGreaterThan(50);
    const contact = { 'unidentified-access-key': toBase64(bob.accessKey) };
    expect((await send(bob, large, contact)).status).toBe(200);
  });
});

describe('rate limits', () => {
  it('hold back an account that fetches the same keys again and again', async () => {
    const [alice, bob] = [await registered(relay), await registered(relay)];
    const headers = { authorization: alice.authorization };
    const statuses: number[] = [];
    for (let count = 0; count < 7; count++) {
      const reply = await ask(relay, { verb: 'GET', path: `/v2/keys/${bob.aciText}/1`, headers });
      statuses.push(reply.status);
      if (reply.status === 429) expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429]);
  });
});
