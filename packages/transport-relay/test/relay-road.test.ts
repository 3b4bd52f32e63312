import { type Bytes, toBase64, utf8 } from '@sotto/bytes';
import { checkWork } from '@sotto/crypto';
import { aciOf } from '@sotto/identity';
import { formatJson, formatPreKeyResponse, formatRelayInfo, type RequestFrame } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOB, BOB_ACI, CONTACT, delivery, INFO, info, roadTo, STRANGER } from './_road.ts';
import { quiet, type ScriptedAnswer } from './scripted-relay.ts';

describe('delivering', () => {
  it('puts a contact’s message with its access key, and nothing that says who sends', async () => {
    const { relay, road } = roadTo(() => ({ status: 200, body: utf8('{"needsSync":false}') }));
    expect(await road.deliver(delivery(CONTACT))).toEqual({ outcome: 'stored' });
    const [request] = relay.sockets[0]?.requests ?? [];
    expect(request).toMatchObject({ verb: 'PUT', path: `/v1/messages/${BOB_ACI}` });
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      'content-type': 'application/json',
      'unidentified-access-key': toBase64(new Uint8Array(16).fill(3)),
    });
    expect(relay.sockets[0]?.opened.headers).toEqual({});
    expect(JSON.parse(Buffer.from(request?.body ?? []).toString())).toEqual({
      messages: [
        { type: 6, destinationDeviceId: 1, destinationRegistrationId: 77, content: toBase64(utf8('one')) },
        { type: 6, destinationDeviceId: 2, destinationRegistrationId: 78, content: toBase64(utf8('two')) },
      ],
      timestamp: 1_800_000_000_123,
      online: false,
      urgent: false,
    });
  });

  it('puts what is only for whoever is connected as such', async () => {
    const { relay, road } = roadTo(() => ({ status: 200, body: utf8('{"needsSync":false}') }));
    await road.deliver({ ...delivery(CONTACT), fleeting: true });
    const body = relay.sockets[0]?.requests[0]?.body ?? [];
    expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ online: true, urgent: false });
  });

  it.each([
    [409, { outcome: 'devices-changed' }],
    [410, { outcome: 'devices-changed' }],
    [401, { outcome: 'not-authorized' }],
    [404, { outcome: 'unknown-account' }],
    [413, { outcome: 'rejected', status: 413 }],
    [422, { outcome: 'rejected', status: 422 }],
    [508, { outcome: 'rejected', status: 508 }],
    [429, { outcome: 'busy', retryAfter: 12_000 }],
    [503, { outcome: 'busy', retryAfter: 12_000 }],
  ])('names what %i means', async (status, outcome) => {
    const { road } = roadTo(() => ({ status, headers: { 'Retry-After': '12' } }));
    expect(await road.deliver(delivery(CONTACT))).toEqual(outcome);
  });

  it('pays for a stranger with work for this mailbox, at the relay’s price', async () => {
    const paid: string[] = [];
    const { road, clock } = roadTo((request) => {
      if (request.path === '/v1/sotto/relay') return info();
      paid.push(request.headers.get('sotto-work') ?? '');
      return { status: 200 };
    });
    expect(await road.deliver(delivery(STRANGER))).toEqual({ outcome: 'stored' });
    expect(await road.deliver(delivery(STRANGER))).toEqual({ outcome: 'stored' });
    expect(new Set(paid).size).toBe(2);
    for (const work of paid) {
      const terms = { purpose: 'request', target: aciOf(BOB), bits: 4, now: clock.now() };
      expect(checkWork({ ...terms, work }).outcome).toBe('ok');
    }
  });

  it('works once more at the new price when its work is refused, and not for ever', async () => {
    let asked = 0;
    let tries = 0;
    const { road } = roadTo((request) => {
      if (request.path !== '/v1/sotto/relay') return { status: ++tries > 1 ? 200 : 401 };
      asked++;
      return info({ ...INFO.workBits, request: asked });
    });
    expect(await road.deliver(delivery(STRANGER))).toEqual({ outcome: 'stored' });
    expect([asked, tries]).toEqual([2, 2]);
    const refusing = roadTo((request) => (request.path === '/v1/sotto/relay' ? info() : { status: 401 }));
    expect(await refusing.road.deliver(delivery(STRANGER))).toEqual({ outcome: 'rejected', status: 401 });
  });

  it.each([24, -24])('works by the relay’s clock when ours is %i h away, each time anew', async (hours) => {
    const { road, clock } = roadTo((request) => {
      const there = clock.now() + hours * 3_600_000;
      const headers = { 'X-Signal-Timestamp': String(there) };
      if (request.path === '/v1/sotto/relay') return { ...info(), headers };
      stamps.push(request.headers.get('sotto-work')?.split('.')[1] ?? '');
      const terms = { purpose: 'request', target: aciOf(BOB), bits: 4, now: there } as const;
      const { outcome } = checkWork({ ...terms, work: request.headers.get('sotto-work') ?? '' });
      return { status: outcome === 'ok' ? 200 : 401, headers };
    });
    const stamps: string[] = [];
    expect(await road.deliver(delivery(STRANGER))).toEqual({ outcome: 'stored' });
    expect(await road.deliver(delivery(STRANGER))).toEqual({ outcome: 'stored' });
    // A time that was told once is no mark by which the next request could be known again.
    expect([stamps[0], stamps[1]]).toEqual([stamps[2], stamps[3]]);
    expect(stamps[0]).not.toBe(stamps[1]);
  });

  it('comes again when a clock is set while it works', async () => {
    const DAY = 86_400_000;
    let refusals = 0;
    const { road, clock } = roadTo((request) => {
      const headers = { 'X-Signal-Timestamp': String(clock.now() + (refusals === 0 ? DAY : 0)) };
      if (request.path === '/v1/sotto/relay') return info();
      refusals++;
      return { status: 401, headers };
    });
    expect(await road.deliver(delivery(STRANGER))).toEqual({ outcome: 'busy', retryAfter: 1_000 });
    expect(refusals).toBe(2);
  });

  it('does not work for a relay that asks for days of it', async () => {
    const body = formatJson({
      ...(formatRelayInfo(INFO) as object),
      work_bits: { ticket: 0, keys: 0, request: 40 },
    });
    const { road, relay } = roadTo(() => ({ status: 200, body }));
    expect(await road.deliver(delivery(STRANGER))).toEqual({ outcome: 'unreachable' });
    expect(relay.sockets[0]?.requests.map((request) => request.path)).toEqual(['/v1/sotto/relay']);
  });

  it('stops working when the road is closed', async () => {
    const { road } = roadTo(() => info({ ticket: 0, keys: 0, request: 28 }));
    const sending = road.deliver(delivery(STRANGER));
    await quiet();
    await road.close();
    expect(await sending).toEqual({ outcome: 'unreachable' });
  });

  it('is unreachable while there is no relay, busy when it says so, and finds it again', async () => {
    const { relay, road } = roadTo(() => ({ status: 200 }));
    relay.refusals.push(
      { outcome: 'unreachable', reason: 'timeout' },
      { outcome: 'refused', status: 404 },
      { outcome: 'wrong-key' },
      { outcome: 'refused', status: 429, retryAfter: 5_000 },
    );
    const outcomes = [];
    for (let index = 0; index < 5; index++) outcomes.push(await road.deliver(delivery(CONTACT)));
    expect(outcomes).toEqual([
      { outcome: 'unreachable' },
      { outcome: 'unreachable' },
      { outcome: 'unreachable' },
      { outcome: 'busy', retryAfter: 5_000 },
      { outcome: 'stored' },
    ]);
  });

  it('says of a record that it could not ask because the server is not the right one', async () => {
    const { relay, road } = roadTo(() => ({ status: 404 }));
    relay.refusals.push({ outcome: 'wrong-key' }, { outcome: 'untrusted' });
    expect(await road.fetchRecord(BOB)).toEqual({ outcome: 'unreachable', reason: 'wrong-key' });
    expect(await road.fetchRecord(BOB)).toEqual({ outcome: 'unreachable', reason: 'untrusted' });
    expect(await road.fetchRecord(BOB)).toEqual({ outcome: 'unknown-account' });
  });

  it('is unreachable at once when the connection breaks, with everything that was under way', async () => {
    const { relay, road, clock } = roadTo(({ path }) => (path === '/v1/sotto/relay' ? info() : undefined));
    const before = clock.now();
    const sending = [CONTACT, STRANGER, CONTACT].map((access) => road.deliver(delivery(access)));
    await until(() => relay.sockets[0]?.requests.filter(({ verb }) => verb === 'PUT').length === 3);
    relay.sockets[0]?.drop(1006);
    for (const outcome of await Promise.all(sending)) expect(outcome).toEqual({ outcome: 'unreachable' });
    expect([clock.now(), clock.pending]).toEqual([before, 1]);
  });

  it('says while it works for a place among the requests, and not while it waits for the relay', async () => {
    const { road } = roadTo(({ path }) => (path === '/v1/sotto/relay' ? info() : { status: 200 }));
    const told: boolean[] = [];
    const toil = (isWorking: boolean) => told.push(isWorking);
    expect(await road.deliver(delivery(STRANGER), toil)).toEqual({ outcome: 'stored' });
    expect(told).toEqual([true, false]);
    await road.deliver(delivery(CONTACT), toil);
    expect(told).toHaveLength(2);
  });

  it('waits for a relay that said it goes away, and for no longer than that is worth', async () => {
    const { relay, road, clock } = roadTo(() => ({ status: 200 }));
    const away = { outcome: 'unreachable', reason: 'no-connection' } as const;
    const stopping = { outcome: 'refused', status: 503 } as const;
    expect(await road.deliver(delivery(CONTACT))).toEqual({ outcome: 'stored' });
    relay.sockets[0]?.drop(1001);
    relay.refusals.push(stopping, away, away);
    const patient = road.deliver(delivery(CONTACT));
    for (let pause = 0; pause < 3; pause++) await clock.advance(1_000);
    expect(await patient).toEqual({ outcome: 'stored' });

    relay.sockets[1]?.drop(1001);
    relay.refusals.push(...Array.from({ length: 20 }, () => away));
    const inVain = road.deliver(delivery(CONTACT));
    for (let pause = 0; pause < 5; pause++) await clock.advance(1_000);
    expect(await inVain).toEqual({ outcome: 'unreachable' });
    // And whoever says nothing before it goes is not waited for.
    expect(await road.deliver(delivery(CONTACT))).toEqual({ outcome: 'unreachable' });
    await road.close();
    expect(clock.pending).toBe(0);
  });

  it('shares one anonymous connection and closes it when nobody needs it', async () => {
    const { relay, road, clock } = roadTo(() => ({ status: 200 }));
    await Promise.all([1, 2, 3].map(() => road.deliver(delivery(CONTACT))));
    expect(relay.sockets).toHaveLength(1);
    await clock.advance(46_000);
    expect(relay.sockets[0]?.closedBy).toBe(1000);
    expect(clock.pending).toBe(0);
  });
});

describe('prekeys and records', () => {
  const signed = (length: number) => ({
    keyId: 4,
    publicKey: new Uint8Array(length).fill(8),
    signature: new Uint8Array(64),
  });
  const device = { deviceId: 1, registrationId: 9, signedPreKey: signed(33), pqPreKey: signed(1569) };
  const keysOf = (identityKey: Bytes, devices = [device]): ScriptedAnswer => ({
    status: 200,
    body: formatJson(formatPreKeyResponse({ identityKey, devices })),
  });

  it('fetches bundles for the very identity that was asked for', async () => {
    const { road, relay } = roadTo(() => keysOf(BOB));
    expect(await road.fetchPreKeys(BOB, CONTACT)).toMatchObject({
      outcome: 'found',
      bundles: [{ device: 1, registrationId: 9, signedPreKey: { id: 4 }, kyberPreKey: { id: 4 } }],
    });
    expect(relay.sockets[0]?.requests[0]?.path).toBe(`/v2/keys/${BOB_ACI}/*`);
  });

  it.each<[string, ScriptedAnswer]>([
    ['another identity', keysOf(new Uint8Array(33).fill(6))],
    ['one device twice', keysOf(BOB, [device, device])],
    ['no device', keysOf(BOB, [])],
    ['nonsense', { status: 200, body: utf8('{"identityKey":1}') }],
    ['401', { status: 401 }],
    ['404', { status: 404 }],
  ])('takes %s for none', async (_name, answer) => {
    expect(await roadTo(() => answer).road.fetchPreKeys(BOB, CONTACT)).toEqual({ outcome: 'none' });
  });

  it('pays for a stranger’s prekeys with work for that', async () => {
    let work = '';
    const { road, clock } = roadTo((request) => {
      if (request.path === '/v1/sotto/relay') return info();
      work = request.headers.get('sotto-work') ?? '';
      return keysOf(BOB);
    });
    expect((await road.fetchPreKeys(BOB, STRANGER)).outcome).toBe('found');
    const terms = { target: aciOf(BOB), bits: 3, now: clock.now(), work };
    expect(checkWork({ ...terms, purpose: 'keys' }).outcome).toBe('ok');
    expect(checkWork({ ...terms, purpose: 'request' }).outcome).toBe('refused');
  });

  it.each<[string, ScriptedAnswer, object]>([
    ['a record', { status: 200, body: utf8('record') }, { outcome: 'found', record: utf8('record') }],
    ['nobody', { status: 404 }, { outcome: 'unknown-account' }],
    ['too many', { status: 429 }, { outcome: 'busy', retryAfter: 30_000 }],
    ['nothing', { status: 200 }, { outcome: 'unreachable' }],
    ['too much', { status: 200, body: new Uint8Array(16_385) }, { outcome: 'unreachable' }],
    ['elsewhere', { status: 302 }, { outcome: 'unreachable' }],
  ])('asks for a record and gets %s', async (_name, answer, outcome) => {
    const { road, relay } = roadTo(() => answer);
    expect(await road.fetchRecord(BOB)).toEqual(outcome);
    expect(relay.sockets[0]?.requests[0]?.path).toBe(`/v1/sotto/record/${BOB_ACI}`);
  });
});

describe('a lying relay', () => {
  it('gets a typed outcome from every call, whatever it answers', async () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes)),
      fc.json().map(utf8),
      fc.constant(info().body as Bytes),
    );
    const answer = fc.record({ status: fc.integer({ min: 100, max: 999 }), body });
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 6 }), async (answers) => {
        let next = 0;
        const { road } = roadTo((_request: RequestFrame) => answers[next++ % answers.length]);
        for (const access of [CONTACT, STRANGER]) {
          expect(await road.deliver(delivery(access))).toHaveProperty('outcome');
          expect(await road.fetchPreKeys(BOB, access)).toHaveProperty('outcome');
        }
        expect(await road.fetchRecord(BOB)).toHaveProperty('outcome');
        expect(await road.probe()).toHaveProperty('outcome');
        await road.close();
      }),
      { numRuns: 60 },
    );
  });
});

/** Work takes turns of the event loop, more or fewer of them. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn > 1_000) throw new Error('it never came to that');
    await quiet();
  }
}
