import { readFileSync } from 'node:fs';
import { utf8 } from '@sotto/bytes';
import { formatJson, PATH, parseJson, parseVerificationSession, type ResponseFrame } from '@sotto/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askThrough } from './_onion-client.ts';
import { createPhoneRelay, newNumber, type PhoneRelay } from './_phone-world.ts';
import { ask, type RawReply, RawSocket } from './_raw-client.ts';
import { createTestRelay } from './_test-relay.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let relay: PhoneRelay;
beforeAll(async () => {
  relay = await createPhoneRelay();
});
afterAll(() => relay.dispose());
/** Whatever limits the test before has reached. */
beforeEach(() => {
  relay.clock.now += 24 * 60 * MINUTE;
});

const sessionOf = ({ body }: RawReply) => parseVerificationSession(parseJson(body));

const begin = (number: string) => ask(relay, { verb: 'POST', path: PATH.verification, json: { number } });

async function begun(number = newNumber()): Promise<{ readonly id: string; readonly number: string }> {
  return { id: sessionOf(await begin(number)).id, number };
}

const send = (id: string, transport = 'sms') =>
  ask(relay, { verb: 'POST', path: PATH.verificationCodeOf(id), json: { transport, client: 'android-ng' } });

const attempt = (id: string, code: string) =>
  ask(relay, { verb: 'PUT', path: PATH.verificationCodeOf(id), json: { code } });

const get = (id: string) => ask(relay, { verb: 'GET', path: PATH.verificationOf(id) });

const wrong = (code: string): string => (code === '111111' ? '222222' : '111111');

describe('a verification session', () => {
  it('is of one client, which alone has its identifier', async () => {
    const { id, number } = await begun();
    await send(id);
    const code = relay.codeFor(number);
    for (const name of ['relay.db', 'relay.db-wal']) {
      const bytes = readFileSync(`${relay.data}/${name}`);
      for (const secret of [number, number.slice(1), id, code]) expect(bytes.includes(secret)).toBe(false);
    }
    expect((await attempt(id, code)).status).toBe(200);
  });

  it('ends ten minutes after its last use, and is removed', async () => {
    const { id, number } = await begun();
    relay.clock.now += 9 * MINUTE;
    expect((await send(id)).status).toBe(200);
    relay.clock.now += 9 * MINUTE;
    expect((await attempt(id, wrong(relay.codeFor(number)))).status).toBe(200);
    relay.clock.now += 2 * MINUTE;
    // The code has had its time, the session has not.
    expect((await attempt(id, relay.codeFor(number))).status).toBe(409);
    relay.clock.now += 8 * MINUTE;
    for (const reply of [await get(id), await send(id), await attempt(id, '1')])
      expect(reply.status).toBe(404);
  });

  it('asks for nothing first, and takes what it did not ask for without a word', async () => {
    const { id } = await begun();
    const json = { captcha: 'x', pushChallenge: 'y', pushToken: 'z', pushTokenType: 'fcm' };
    const reply = await ask(relay, { verb: 'PATCH', path: PATH.verificationOf(id), json });
    expect([reply.status, sessionOf(reply)]).toEqual([200, sessionOf(await get(id))]);
    expect(sessionOf(reply)).toMatchObject({ allowedToRequestCode: true, requestedInformation: [] });
  });

  it.each([
    ['no number at all', {}],
    ['a number without its country', { number: '2065550100' }],
    ['a number that begins with zero', { number: '+0206555010' }],
    ['a number that is too long', { number: '+1234567890123456' }],
    ['a number with spaces', { number: '+1 206 5550100' }],
    ['half a push token', { number: '+12065550100', pushToken: 'x' }],
  ])('is not begun for %s', async (_name, json) => {
    expect((await ask(relay, { verb: 'POST', path: PATH.verification, json })).status).toBe(422);
  });

  it('is 404 under an identifier that nobody was given, and 422 under what is none', async () => {
    expect((await get('c290dG8')).status).toBe(404);
    expect((await get('%%%')).status).toBe(422);
    expect((await send('a.b')).status).toBe(422);
    expect((await attempt('a.b', '1')).status).toBe(422);
  });

  it('is begun by one address so often, and then later', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const begin = () =>
      ask(relay, { verb: 'POST', path: PATH.verification, headers, json: { number: newNumber() } });
    const statuses: number[] = [];
    for (let count = 0; count < 22; count++) statuses.push((await begin()).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    const refused = await begin();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    relay.clock.now += MINUTE;
    expect((await begin()).status).toBe(200);
  });

  it('does not exist at a relay that registers nobody by phone', async () => {
    const own = await createTestRelay({ registration: 'invite' });
    const path = PATH.verification;
    const calls = [
      { verb: 'POST', path, json: { number: '+12065550100' } },
      { verb: 'GET', path: `${path}/c290dG8` },
      { verb: 'PATCH', path: `${path}/c290dG8`, json: {} },
      { verb: 'POST', path: `${path}/c290dG8/code`, json: { transport: 'sms', client: 'x' } },
      { verb: 'PUT', path: `${path}/c290dG8/code`, json: { code: '1' } },
    ];
    for (const call of calls) expect((await ask(own, call)).status).toBe(404);
    await own.dispose();
  });
});

describe('a code', () => {
  it('has six digits, and one try at a time is right or wrong', async () => {
    const { id, number } = await begun();
    expect((await attempt(id, '123456')).status).toBe(409);
    await send(id);
    const code = relay.codeFor(number);
    expect(code).toMatch(/^[0-9]{6}$/);
    const tried = await attempt(id, wrong(code));
    expect([tried.status, sessionOf(tried).verified]).toEqual([200, false]);
    expect(sessionOf(await attempt(id, code)).verified).toBe(true);
    const after = await attempt(id, code);
    expect([after.status, sessionOf(after).verified]).toEqual([409, true]);
    expect((await send(id)).status).toBe(409);
  });

  it('can be tried five times, however many try at once', async () => {
    const { id, number } = await begun();
    await send(id);
    const code = relay.codeFor(number);
    const replies = await Promise.all(Array.from({ length: 12 }, () => attempt(id, wrong(code))));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(replies.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('10');
    relay.clock.now += 10_000;
    expect((await attempt(id, wrong(code))).status).toBe(200);
    relay.clock.now += 30_000;
    expect((await attempt(id, wrong(code))).status).toBe(200);
    relay.clock.now += 5 * MINUTE;
    const last = await attempt(id, code);
    expect([last.status, last.headers.get('retry-after')]).toEqual([429, undefined]);
    expect(sessionOf(last)).not.toHaveProperty('nextVerificationAttempt');
    // Another code gives new tries.
    await send(id);
    expect(sessionOf(await attempt(id, relay.codeFor(number))).verified).toBe(true);
  });

  it('is sent once when it is asked for many times at once', async () => {
    const { id } = await begun();
    const replies = await Promise.all(Array.from({ length: 4 }, () => send(id)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429]);
  });

  it('goes to one number five times, whatever the session, and then every half hour', async () => {
    const number = newNumber();
    const statuses: number[] = [];
    for (let count = 0; count < 6; count++) statuses.push((await send((await begun(number)).id)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const { id } = await begun(number);
    const refused = await send(id);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1800']);
    expect(sessionOf(refused).id).toBe(id);
    relay.clock.now += 30 * MINUTE;
    expect((await send((await begun(number)).id)).status).toBe(200);
  });

  it('costs nobody else more when it is asked for many times at once', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.20' };
    const own = await createPhoneRelay({ perHour: 20 });
    const create = async (number: string) =>
      sessionOf(await ask(own, { verb: 'POST', path: PATH.verification, json: { number } })).id;
    const numbers = Array.from({ length: 4 }, newNumber);
    const socket = await RawSocket.open(own, headers);
    const body = formatJson({ transport: 'sms', client: 'x' });
    const asked: Promise<ResponseFrame>[] = [];
    for (const id of await Promise.all(numbers.map(create))) {
      for (let times = 0; times < 5; times++) {
        const path = PATH.verificationCodeOf(id);
        asked.push(socket.request({ id: BigInt(asked.length + 1), verb: 'POST', path, body }));
      }
    }
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
    socket.close();
    // Each number was sent one code of five, and sixteen of twenty are left of the hour.
    const later: number[] = [];
    for (const number of numbers) {
      for (let times = 0; times < 4; times++) {
        const path = PATH.verificationCodeOf(await create(number));
        later.push((await ask(own, { verb: 'POST', path, body })).status);
      }
    }
    expect(later).toEqual(Array.from({ length: 16 }, () => 200));
    await own.dispose();
  });

  it('goes out for one address so often, which is a small part of all', async () => {
    const sendFor = async (from: string) => {
      const { id } = await begun();
      const headers = { 'x-forwarded-for': from };
      const json = { transport: 'sms', client: 'x' };
      return ask(relay, { verb: 'POST', path: PATH.verificationCodeOf(id), headers, json });
    };
    const statuses: number[] = [];
    for (let count = 0; count < 10; count++) statuses.push((await sendFor('203.0.113.30')).status);
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200));
    const refused = await sendFor('203.0.113.30');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '360']);
    expect((await sendFor('203.0.113.31')).status).toBe(200);
    relay.clock.now += 6 * MINUTE;
    expect((await sendFor('203.0.113.30')).status).toBe(200);
  });

  it('is not to be had through the onion network, where nobody registers by number', async () => {
    const { id } = await begun();
    const body = (json: unknown) => formatJson(json);
    const path = PATH.verification;
    const now = relay.clock.now;
    const through = async (method: string, endpoint: string, json?: unknown) =>
      (
        await askThrough(
          relay,
          { method, endpoint, ...(json !== undefined && { body: body(json) }) },
          { now },
        )
      ).status;
    expect(await through('POST', path, { number: newNumber() })).toBe(404);
    expect(await through('GET', `${path}/${id}`)).toBe(404);
    expect(await through('POST', `${path}/${id}/code`, { transport: 'sms', client: 'x' })).toBe(404);
    expect(await through('PUT', `${path}/${id}/code`, { code: '123456' })).toBe(404);
  });

  it('is one of so many in an hour', async () => {
    let own = await createPhoneRelay({ perHour: 2 });
    const sendOne = async () => {
      const json = { number: newNumber() };
      const { id } = sessionOf(await ask(own, { verb: 'POST', path: PATH.verification, json }));
      const code = { transport: 'sms', client: 'x' };
      const { status, headers } = await ask(own, {
        verb: 'POST',
        path: PATH.verificationCodeOf(id),
        json: code,
      });
      return [status, headers.get('retry-after')];
    };
    own.clock.now += HOUR - (own.clock.now % HOUR);
    expect([await sendOne(), await sendOne()]).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
    own.clock.now += HOUR / 2;
    expect(await sendOne()).toEqual([429, '1800']);
    own = await own.restart();
    expect(await sendOne()).toEqual([429, '1800']);
    own.clock.now += HOUR / 2;
    expect(await sendOne()).toEqual([200, undefined]);
    await own.dispose();
  });

  it('is no code in a body of another form', async () => {
    const { id } = await begun();
    const path = PATH.verificationCodeOf(id);
    const body = utf8('{');
    expect((await ask(relay, { verb: 'POST', path, body })).status).toBe(400);
    expect((await ask(relay, { verb: 'POST', path, json: { transport: 'post', client: 'x' } })).status).toBe(
      422,
    );
    expect((await ask(relay, { verb: 'PUT', path, json: { code: '' } })).status).toBe(422);
  });
});
