import { utf8 } from '@sotto/bytes';
import { formatMessageList, parseJson, parseRateLimitChallenge, STATUS } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_NEW_RECIPIENTS } from '../src/limits/new-recipients.ts';
import { createNewcomer, type Newcomer, postRegistration, registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay;
let time = 1_790_000_000_000;
beforeAll(async () => {
  relay = await createTestRelay({ now: () => time, proxies: ['127.0.0.1'] });
});
afterAll(() => relay.dispose());

const HOUR = 60 * 60 * 1000;

function sendTo(to: Newcomer, headers: Record<string, string>) {
  const message = {
    type: 6,
    destinationDeviceId: 1,
    destinationRegistrationId: to.registrationId,
    content: utf8('x'),
  };
  const json = formatMessageList({ messages: [message], timestamp: 1, online: true, urgent: true });
  return ask(relay, { verb: 'PUT', path: `/v1/messages/${to.aciText}`, headers, json });
}

describe('limits of accounts', () => {
  it('hold back who writes to one account by name again and again', async () => {
    const [alice, bob] = [await registered(relay), await registered(relay)];
    const { authorization } = alice;
    for (let count = 0; count < 60; count++) {
      expect((await sendTo(bob, { authorization })).status).toBe(200);
    }
    const refused = await sendTo(bob, { authorization });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    time += 1_000;
    expect((await sendTo(bob, { authorization })).status).toBe(200);
  });

  it('tell nobody who is here that has asked for too many', async () => {
    const [alice, bob] = [await registered(relay), await registered(relay)];
    const { authorization } = alice;
    for (let count = 0; count < MAX_NEW_RECIPIENTS; count++) {
      expect((await sendTo(createNewcomer(), { authorization })).status).toBe(404);
    }
    for (const one of [bob, createNewcomer()]) {
      expect((await sendTo(one, { authorization })).status).toBe(STATUS.challenge);
    }
  });
});

describe('limits of addresses', () => {
  const at = (address: string) => ({ 'x-forwarded-for': address });
  const exists = async (headers: Record<string, string>, of = '01234567-89ab-8def-8123-456789abcdef') =>
    (await ask(relay, { verb: 'HEAD', path: `/v1/accounts/account/${of}`, headers })).status;

  it('are for each address that a trusted proxy names, and for a network of IPv6', async () => {
    const bob = await registered(relay);
    for (let count = 0; count < 1_000; count++) {
      expect(await exists(at(`2001:db8:1:2::${count.toString(16)}`))).toBe(404);
    }
    expect(await exists(at('2001:db8:1:2:ffff::1'))).toBe(429);
    expect(await exists(at('2001:db8:1:3::1'), bob.aciText)).toBe(200);
    // What the client writes itself stands before what the proxy writes.
    expect(await exists(at('203.0.113.1, 2001:db8:1:2::5'))).toBe(429);
    time += 4_000;
    expect(await exists(at('2001:db8:1:2::5'))).toBe(404);
  });

  it('are for a site of IPv6 too, all of whose networks one customer may have', async () => {
    const register = async (address: string) =>
      (await ask(relay, { verb: 'POST', path: '/v1/registration', headers: at(address), json: {} })).status;
    for (let network = 0; network < 480; network++) {
      expect(await register(`2001:db8:7:${network.toString(16)}::1`)).toBe(400);
    }
    expect(await register('2001:db8:7:ffff::1')).toBe(429);
    expect(await register('2001:db8:8:1::1')).toBe(400);
  });

  it('are also for calls over a socket', async () => {
    const headers = at('198.51.100.9');
    for (let count = 0; count < 1_000; count++) await exists(headers);
    const socket = await RawSocket.open(relay, headers);
    const path = '/v1/accounts/account/01234567-89ab-8def-8123-456789abcdef';
    expect((await socket.request({ id: 1n, verb: 'HEAD', path })).status).toBe(429);
    socket.close();
  });

  it('are of no relay that was told of no proxy, and none is of this machine', async () => {
    const own = await createTestRelay();
    const path = '/v1/accounts/account/01234567-89ab-8def-8123-456789abcdef';
    for (let count = 0; count < 1_001; count++) {
      const reply = await ask(own, { verb: 'HEAD', path, headers: at('203.0.113.1') });
      expect(reply.status).toBe(404);
    }
    await own.dispose();
  });

  it('are of whom a proxy names that has the certificate, and the operator hears when it names nobody', async () => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const own = await createTestRelay({ tls: 'none', proxies: ['127.0.0.0/8', '::1'], log });
    const url = `${own.relay.url}/v1/registration`;
    const register = async (headers: Record<string, string>) =>
      (await fetch(url, { method: 'POST', headers, body: '{}' })).status;
    for (let count = 0; count < 30; count++) expect(await register(at('203.0.113.1'))).toBe(400);
    expect(await register(at('203.0.113.1'))).toBe(429);
    expect(await register(at('203.0.113.2'))).toBe(400);
    expect(lines).not.toContain('relay client-unnamed');
    for (let count = 0; count < 2; count++) await register({});
    expect(lines.filter((line) => line === 'relay client-unnamed')).toHaveLength(1);
    await own.dispose();
  });

  it('hold back who registers again and again', async () => {
    const newcomer = createNewcomer();
    const request = newcomer.request({ receiptCredentialPresentation: new Uint8Array(329) });
    const statuses = new Set<number>();
    for (let count = 0; count < 31; count++) {
      const reply = await ask(relay, {
        verb: 'POST',
        path: '/v1/registration',
        headers: at('203.0.113.77'),
        json: {},
      });
      statuses.add(reply.status);
    }
    expect(statuses).toEqual(new Set([400, 429]));
    expect((await postRegistration(relay, newcomer, request)).status).toBe(400);
  });
});

describe('who writes to many by name', () => {
  const challenged = async (sender: Newcomer, headers: Record<string, string> = {}) => {
    const others: Newcomer[] = [];
    for (let count = 0; count <= MAX_NEW_RECIPIENTS; count++) others.push(await registered(relay));
    const { authorization } = sender;
    const statuses: number[] = [];
    for (const other of others.slice(0, -1)) statuses.push((await sendTo(other, { authorization })).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const last = others.at(-1) as Newcomer;
    return { others, last, reply: await sendTo(last, { authorization, ...headers }) };
  };
  const answer = ({ authorization }: Newcomer, json: unknown) =>
    ask(relay, { verb: 'PUT', path: '/v1/challenge', headers: { authorization }, json });

  it('goes on after work, twice in half a day', async () => {
    const alice = await registered(relay);
    const { authorization } = alice;
    const { others, last, reply } = await challenged(alice, { 'sotto-challenge': 'work' });
    expect(reply.status).toBe(STATUS.challenge);
    expect(Number(reply.headers.get('retry-after'))).toBe(HOUR / 1000);
    const { token, options } = parseRateLimitChallenge(parseJson(reply.body));
    expect(options).toEqual(['sottoWork']);
    // Those it has written to are not new.
    expect((await sendTo(others[0] as Newcomer, { authorization })).status).toBe(200);

    const work = await relay.work('challenge', utf8(token), time);
    const elsewhere = await relay.work('challenge', utf8('another'), time);
    const right = { type: 'sottoWork', token, work };
    expect((await answer(alice, { ...right, work: elsewhere })).status).toBe(428);
    expect((await answer(alice, { ...right, token: 'another' })).status).toBe(428);
    expect((await answer(last, right)).status).toBe(428);
    expect((await answer(alice, { type: 'captcha', token, captcha: 'x' })).status).toBe(400);
    expect((await answer(alice, { type: 'other', token })).status).toBe(422);
    expect((await sendTo(last, { authorization })).status).toBe(428);
    expect((await answer(alice, right)).status).toBe(200);
    expect((await sendTo(last, { authorization })).status).toBe(200);
    expect((await answer(alice, right)).status).toBe(428);
  });
});
