import { encodeFrame, formatRegistrationRequest, NO_HEADERS } from '@sotto/protocol';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../src/http/routes.ts';
import { createNewcomer, type Newcomer, registered } from './_newcomer.ts';
import { ask, basic, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';
import { formFor } from './_uploads.ts';

let relay: TestRelay;
let alice: Newcomer;
let socket: RawSocket;

beforeAll(async () => {
  // Of all modes it is the one in which every route does something.
  relay = await createTestRelay({ registration: 'phone', codes: { sender: { kind: 'log' } } });
  alice = await registered(relay);
  socket = await RawSocket.open(relay, { authorization: alice.authorization });
});
afterAll(async () => {
  socket.close();
  await relay.dispose();
});
/** Whatever was sent, the relay serves on, an open socket stays open, and nothing of ours has failed. */
afterEach(async () => {
  expect((await ask(relay, { verb: 'GET', path: '/v1/keepalive' })).status).toBe(200);
  expect(relay.relay.events.totals()['internal-error']).toBeUndefined();
  expect(socket.closed).toBeUndefined();
});

const segment = fc.oneof(
  fc.constantFrom('*', '1', '0', '999', '-1', 'PNI:00000000-0000-8000-8000-000000000000', '..', '%00', ''),
  fc.stringMatching(/^[!-~]{0,40}$/).map((text) => text.replaceAll(/[?#/]/g, '')),
  fc.uuid(),
  fc.constant(undefined).map(() => alice.aciText),
);
const headerValue = fc.stringMatching(/^[!-~]{0,60}$/);

/** They would wait; what is malformed in them has tests of its own in linking.test.ts. */
const LONG_POLLS = [
  '/v1/devices/wait_for_linked_device/{}',
  '/v1/devices/transfer_archive',
  '/v1/devices/restore_account/{}',
];
const isPolled = (verb: string, path: string) => verb === 'GET' && LONG_POLLS.includes(path);

/** A call to a path that exists, with everything else at random. */
const call = fc.record({
  route: fc.constantFrom(
    ...ROUTES.filter(({ verb, path }) => path !== '/v1/accounts/me' && !isPolled(verb, path)),
  ),
  segments: fc.array(segment, { minLength: 2, maxLength: 2 }),
  query: fc.oneof(
    fc.constant(''),
    fc.stringMatching(/^[!-~]{0,30}$/).map((text) => `?${text.replaceAll('#', '')}`),
  ),
  headers: fc.record(
    { 'unidentified-access-key': headerValue, 'sotto-work': headerValue, 'group-send-token': headerValue },
    { requiredKeys: [] },
  ),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc
      .constantFrom('{"messages":[{}]}', '{"preKeys":[{"keyId":1e99}]}', '['.repeat(5_000))
      .map((text) => new TextEncoder().encode(text)),
  ),
});

function pathOf({ route, segments, query }: RandomCall): string {
  let index = 0;
  return route.path.replaceAll('{}', () => segments[index++] ?? '') + query;
}

type RandomCall = typeof call extends fc.Arbitrary<infer Value> ? Value : never;

describe('malformed calls', () => {
  it('over a socket get one status each and cost nothing else', async () => {
    let id = 1_000n;
    await fc.assert(
      fc.asyncProperty(call, async (one) => {
        const { status } = await socket.request({
          id: id++,
          verb: one.route.verb,
          path: pathOf(one),
          headers: new Map(Object.entries(one.headers)),
          body: new Uint8Array(one.body),
        });
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  it('by plain HTTPS, with or without an account, get one status each', async () => {
    const authorization = fc.oneof(
      fc.constant(undefined),
      fc.constant(undefined).map(() => alice.authorization),
      fc.stringMatching(/^[!-~]{1,60}$/),
      fc.constantFrom(basic('', ''), basic(`${'x'.repeat(36)}.1`, 'p'), 'Basic !!!', 'Bearer abc'),
    );
    await fc.assert(
      fc.asyncProperty(call, authorization, async (one, header) => {
        const reply = await ask(relay, {
          verb: one.route.verb,
          // Node's own client refuses to send some of what a socket carries.
          path: encodeURI(pathOf(one)),
          headers: { ...one.headers, ...(header === undefined ? {} : { authorization: header }) },
          body: new Uint8Array(one.body),
        });
        expect(reply.status).toBeGreaterThanOrEqual(200);
        expect(reply.status).toBeLessThan(500);
        expect(reply.headers.get('x-signal-timestamp')).toMatch(/^[0-9]+$/);
      }),
      { numRuns: 150 },
    );
  });

  it('about files get one status each', async () => {
    const { key, headers: given } = await formFor(relay, alice, 100);
    const verb = fc.constantFrom('GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS');
    const path = fc.tuple(
      fc.constantFrom('/upload/attachments', '/attachments', '/stickers', '/profiles', ''),
      fc.array(fc.oneof(fc.constantFrom(key, `${key}x`), segment), { maxLength: 3 }),
    );
    const own = fc.record(
      {
        ...Object.fromEntries(
          ['upload-length', 'upload-offset', 'upload-metadata', 'range', 'if-range', 'authorization'].map(
            (name) => [name, fc.oneof(headerValue, fc.constantFrom('0', '-1', '100', 'bytes=5-1', '1e9'))],
          ),
        ),
        'content-type': fc.constantFrom('application/offset+octet-stream', 'multipart/form-data; boundary=x'),
        'tus-resumable': fc.constantFrom('1.0.0', '0.2.2'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(verb, path, own, fc.boolean(), async (verb, [root, segments], headers, allowed) => {
        const reply = await ask(relay, {
          verb,
          path: encodeURI([root, ...segments].join('/')) || '/',
          headers: { ...(headers as Record<string, string>), ...(allowed ? given : {}) },
          body: new Uint8Array(0),
        });
        expect(reply.status).toBeGreaterThanOrEqual(200);
        expect(reply.status).toBeLessThan(500);
        expect(reply.headers.get('x-signal-timestamp')).toMatch(/^[0-9]+$/);
      }),
      { numRuns: 200 },
    );
  });

  it('whose registration is spoiled in one place are refused in kind', async () => {
    const json = JSON.stringify(
      formatRegistrationRequest(
        createNewcomer().request({ receiptCredentialPresentation: new Uint8Array(329) }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: json.length - 1 }),
        fc.nat({ max: json.length - 1 }),
        async (from, length) => {
          const body = new TextEncoder().encode(json.slice(0, from) + json.slice(from + (length % 50) + 1));
          const headers = { authorization: basic('__no_number__', 'a-good-long-password') };
          const { status } = await ask(relay, { verb: 'POST', path: '/v1/registration', headers, body });
          expect([400, 422, 499]).toContain(status);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that are too long are refused with 413 or 431, and the connection ends', async () => {
    const headers = { authorization: alice.authorization };
    const body = new Uint8Array(600 * 1024);
    expect((await ask(relay, { verb: 'PUT', path: '/v2/keys', headers, body })).status).toBe(413);
    const long = { 'sotto-work': 'x'.repeat(20_000) };
    expect((await ask(relay, { verb: 'GET', path: '/v1/keepalive', headers: long })).status).toBe(431);
  });
});

describe('malformed frames', () => {
  it.each([
    ['no frame at all', new Uint8Array([1, 2, 3]), 1007],
    ['an empty frame', new Uint8Array(0), 1007],
    ['a type that is neither request nor response', Uint8Array.of(8, 0), 1007],
    ['a length that lies', Uint8Array.of(8, 1, 18, 0x7f), 1007],
    ['more than 512 KiB', new Uint8Array(512 * 1024 + 1), 1009],
  ])('%s closes only that socket', async (_name, bytes, code) => {
    const own = await RawSocket.open(relay);
    own.send(bytes);
    await until(() => own.closed !== undefined, 'the socket is closed');
    expect(own.closed).toBe(code);
  });

  it('at random never stop the relay', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const own = await RawSocket.open(relay);
        own.send(bytes);
        own.send(
          encodeFrame({ kind: 'request', id: 0n, verb: 'GET', path: '/v1/keepalive', headers: NO_HEADERS }),
        );
        await until(() => own.closed !== undefined || own.frames.length > 0, 'it is answered or closed');
        own.close();
      }),
      { numRuns: 25 },
    );
  });

  it('text frames and answers that nobody waits for are ignored; an ID of 0 is answered, none is not', async () => {
    const own = await RawSocket.open(relay);
    own.send('hello');
    own.send(encodeFrame({ kind: 'response', id: 5n, status: 200, message: '', headers: NO_HEADERS }));
    own.send(encodeFrame({ kind: 'request', verb: 'GET', path: '/v1/keepalive', headers: NO_HEADERS }));
    const reply = await own.request({ id: 0n, verb: 'GET', path: '/v1/keepalive' });
    expect(reply).toMatchObject({ id: 0n, status: 200, message: 'OK' });
    expect(reply.headers.get('x-signal-timestamp')).toMatch(/^[0-9]+$/);
    expect(own.frames).toHaveLength(1);
    own.close();
  });
});

describe('upgrades', () => {
  it.each([
    ['a wrong password', () => ({ authorization: basic(alice.aciText, 'wrong') }), 403],
    ['no such device', () => ({ authorization: basic(`${alice.aciText}.2`, alice.password) }), 403],
    ['a header that is no Basic', () => ({ authorization: 'Bearer x' }), 403],
    ['an unknown account', () => ({ authorization: createNewcomer().authorization }), 403],
  ])('with %s are refused before they happen', async (_name, headers, status) => {
    await expect(RawSocket.open(relay, headers())).rejects.toThrow(`status ${status}`);
  });

  it('happen on one path only', async () => {
    await expect(RawSocket.open(relay, {}, '/v1/elsewhere')).rejects.toThrow('status 404');
  });
});
