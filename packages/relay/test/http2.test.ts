import { type ClientHttp2Session, constants } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { concatBytes, toBase64, utf8 } from '@sotto/bytes';
import { encodeFrame, formatJson, formatMessageList, NO_HEADERS } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askOver, openSession, openSocketOver } from './_http2-client.ts';
import { FLAG, FRAME, FrameReader, frame, headerBlock, PREFACE } from './_http2-frames.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask, basic, RawSocket } from './_raw-client.ts';
import { createTestRelay, speakHttp, type TestRelay, until } from './_test-relay.ts';

let relay: TestRelay;
let session: ClientHttp2Session;
let bob: Newcomer;

beforeEach(async () => {
  relay = await createTestRelay();
  session = await openSession(relay);
  bob = await registered(relay);
});
afterEach(async () => {
  speakHttp(1);
  session.destroy();
  await relay.dispose();
});

const totals = () => relay.relay.events.totals();
const keepAlive = { verb: 'GET', path: '/v1/keepalive' };

/** A message to Bob as a plain request. */
function sendToBob(text: string) {
  const message = { type: 6, destinationDeviceId: 1, destinationRegistrationId: 42, content: utf8(text) };
  const list = { messages: [message], timestamp: 1, online: false, urgent: true };
  return {
    verb: 'PUT',
    path: `/v1/messages/${bob.aciText}`,
    headers: { 'unidentified-access-key': toBase64(bob.accessKey) },
    body: formatJson(formatMessageList(list)),
  };
}

describe('plain requests', () => {
  it('are answered at the same port as by HTTP/1.1', async () => {
    const { authorization } = bob;
    const requests = [
      keepAlive,
      { verb: 'GET', path: '/v1/sotto/relay' },
      { verb: 'GET', path: '/v1/accounts/whoami', headers: { authorization } },
      { verb: 'GET', path: '/v1/accounts/whoami', headers: { authorization: basic(bob.aciText, 'wrong') } },
      { verb: 'HEAD', path: `/v1/accounts/account/${bob.aciText}` },
      { verb: 'GET', path: '/v1/no/such/path' },
      { verb: 'POST', path: '/v1/keepalive' },
      { verb: 'PUT', path: '/v2/keys', headers: { authorization }, body: utf8('{') },
      { verb: 'PUT', path: '/v2/keys', headers: { authorization }, body: new Uint8Array(513 * 1024) },
      sendToBob('hello'),
    ];
    for (const request of requests) {
      const [old, fresh] = [await ask(relay, request), await askOver(session, request)];
      expect([request.path, fresh.status, fresh.body]).toEqual([request.path, old.status, old.body]);
      expect(fresh.headers.get('content-type')).toBe(old.headers.get('content-type'));
      expect(fresh.headers.get('x-signal-timestamp')).toMatch(/^[0-9]+$/);
    }
    expect(totals()['message-stored']).toBe(2);
  });

  it('by a client that names no protocol are of HTTP/1.1, and by one that knows only others none', async () => {
    const agreed = (protocols?: string[]) =>
      new Promise<string | false | null>((resolve, reject) => {
        const options = { host: '127.0.0.1', port: relay.port, rejectUnauthorized: false };
        const socket = connectTls({ ...options, ...(protocols && { ALPNProtocols: protocols }) }, () => {
          resolve(socket.alpnProtocol);
          socket.destroy();
        });
        socket.on('error', reject);
      });
    expect(await agreed(['http/1.1', 'h2'])).toBe('h2');
    expect(await agreed(['http/1.1'])).toBe('http/1.1');
    expect(await agreed()).toBe(false);
    await expect(agreed(['h3'])).rejects.toThrow();
  });

  it.each([
    ['by a reset', frame({ type: FRAME.reset, stream: 1 }, Uint8Array.of(0, 0, 0, 8))],
    ['by one that says that nothing is wrong', frame({ type: FRAME.reset, stream: 1 }, new Uint8Array(4))],
    ['with the connection', undefined],
  ])('that are broken off %s are not acted upon, though they look whole', async (_name, end) => {
    const { verb, path, headers, body } = sendToBob('never said');
    const socket = connectTls({
      host: '127.0.0.1',
      port: relay.port,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    });
    socket.on('error', () => undefined);
    const block = headerBlock({
      ':method': verb,
      ':scheme': 'https',
      ':path': path,
      ':authority': 'localhost',
      ...headers,
    });
    const head = frame({ type: FRAME.headers, flags: FLAG.endHeaders, stream: 1 }, block);
    for (const part of [PREFACE, frame({ type: FRAME.settings }), head]) socket.write(part);
    socket.write(frame({ type: FRAME.data, stream: 1 }, body));
    // The relay has read what came before, once others are answered that have come after it.
    const others = async () => {
      for (let times = 0; times < 20; times++) await askOver(session, keepAlive);
    };
    await others();
    if (end === undefined) socket.end();
    else socket.write(end);
    await others();
    expect(totals()['message-stored']).toBeUndefined();
    expect(totals()['internal-error']).toBeUndefined();
    // What is not broken off is acted upon.
    if (end !== undefined) {
      const again = frame({ type: FRAME.headers, flags: FLAG.endHeaders, stream: 3 }, block);
      socket.write(again);
      socket.write(frame({ type: FRAME.data, flags: FLAG.endStream, stream: 3 }, body));
      await until(() => totals()['message-stored'] === 1, 'it is stored');
    }
    socket.destroy();
  });
});

describe('sockets over a stream', () => {
  it('are refused as upgrades are, and the session goes on', async () => {
    const open = (headers: Record<string, string>, path = '/v1/websocket/') =>
      openSocketOver(session, headers, path);
    await expect(open({ authorization: basic(bob.aciText, 'wrong') })).rejects.toThrow('status 403');
    await expect(open({}, '/v1/elsewhere')).rejects.toThrow('status 404');
    await expect(open({ ':protocol': 'connect-udp' })).rejects.toThrow('status 405');
    const refused = session.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'https',
      ':authority': 'localhost',
      ':path': '/v1/websocket/',
      authorization: 'none',
    });
    const head = await new Promise<Record<string, unknown>>((resolve) => refused.once('response', resolve));
    expect(head).toMatchObject({ ':status': 403, 'x-signal-timestamp': expect.stringMatching(/^[0-9]+$/) });
    const proxied = session.request({ ':method': 'CONNECT', ':authority': 'elsewhere:443' });
    const status = await new Promise((resolve) =>
      proxied.once('response', (answered) => resolve(answered[':status'])),
    );
    expect(status).toBe(405);
    // Though their clients have not ended them.
    await until(() => refused.closed && proxied.closed, 'the refused streams are closed');
    expect(totals()['socket-refused']).toBe(3);
    expect((await askOver(session, keepAlive)).status).toBe(200);
  });

  it('are one for each session, beside which requests go on', async () => {
    const socket = await openSocketOver(session, {}, '/v1/websocket/');
    await expect(openSocketOver(session, {}, '/v1/websocket/')).rejects.toThrow('status 503');
    expect((await askOver(session, keepAlive)).status).toBe(200);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close(1000);
    await closed;
    const again = await openSocketOver(session, {}, '/v1/websocket/');
    again.terminate();
  });

  it('that are reset while they are decided about leave their place', async () => {
    for (let times = 0; times < 20; times++) {
      const stream = session.request({
        ':method': 'CONNECT',
        ':protocol': 'websocket',
        ':scheme': 'https',
        ':authority': 'localhost',
        ':path': '/v1/websocket/',
        authorization: bob.authorization,
      });
      stream.on('error', () => undefined);
      await new Promise((resolve) => {
        stream.once('close', resolve);
        stream.close(constants.NGHTTP2_CANCEL);
      });
    }
    const socket = await openSocketOver(session, { authorization: bob.authorization }, '/v1/websocket/');
    expect(totals()['internal-error']).toBeUndefined();
    socket.terminate();
  });

  it('slow down who does not read, and then give everything', async () => {
    speakHttp(2);
    const socket = await RawSocket.open(relay);
    socket.pause();
    const count = 6_000;
    for (let id = 1; id <= count; id++) {
      const path = '/v1/sotto/relay';
      socket.send(encodeFrame({ kind: 'request', id: BigInt(id), verb: 'GET', path, headers: NO_HEADERS }));
    }
    expect((await askOver(session, keepAlive)).status).toBe(200);
    socket.resume();
    await until(
      () => socket.frames.length === count || socket.closed !== undefined,
      'all is answered',
      100_000,
    );
    expect(socket.closed).toBeUndefined();
    expect(socket.frames.every((frame) => frame.kind === 'response' && frame.status === 200)).toBe(true);
    socket.close();
  });
});

describe('a session that is used against the relay', () => {
  const block = headerBlock({
    ':method': 'GET',
    ':scheme': 'https',
    ':path': '/v1/keepalive',
    ':authority': 'localhost',
  });
  const begin = (stream: number) =>
    frame({ type: FRAME.headers, flags: FLAG.endHeaders | FLAG.endStream, stream }, block);

  /**
   * Send what `next` makes, one after the other, until the relay says goodbye; it takes nothing more then, whether or not
   * the connection stays. How many it took, at most `most`.
   */
  async function sendUntilCut(next: (round: number) => readonly Uint8Array[], most: number): Promise<number> {
    const socket = connectTls({
      host: '127.0.0.1',
      port: relay.port,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    });
    let over = false;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      over = true;
    });
    const heard = new FrameReader();
    socket.on('data', (part) => {
      over ||= heard.read(part).includes(FRAME.goaway);
    });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    for (const part of [PREFACE, frame({ type: FRAME.settings })]) socket.write(part);
    let round = 0;
    while (!over && round < most) {
      socket.write(concatBytes(...next(round)));
      round += 1;
      // Twenty at a time, so that the relay is heard when it says that it is enough.
      if (round % 20 === 0) await askOver(session, keepAlive);
    }
    await until(() => over, 'the relay has said goodbye');
    socket.destroy();
    return round;
  }

  it.each([
    [
      'opens streams and resets them',
      frame({ type: FRAME.reset, stream: 1 }, Uint8Array.of(0, 0, 0, 8)),
      4_000,
    ],
    [
      'has the relay reset them, by a window that is too large',
      frame({ type: FRAME.windowUpdate, stream: 1 }, Uint8Array.of(0x7f, 0xff, 0xff, 0xff)),
      400,
    ],
  ])('%s is ended, and others are served', async (_name, end, most) => {
    const ended = (stream: number): Uint8Array => {
      const copy = Uint8Array.from(end);
      new DataView(copy.buffer).setUint32(5, stream);
      return copy;
    };
    const rounds = await sendUntilCut((round) => [begin(2 * round + 1), ended(2 * round + 1)], most);
    expect(rounds).toBeLessThan(most);
    expect((await askOver(session, keepAlive)).status).toBe(200);
    expect(totals()['internal-error']).toBeUndefined();
  });

  it('begins a head that has no end is ended', async () => {
    const part = headerBlock({ more: 'x'.repeat(100) });
    const open = frame({ type: FRAME.headers, stream: 1 }, block);
    const more = frame({ type: FRAME.continuation, stream: 1 }, part);
    const rounds = await sendUntilCut((round) => (round === 0 ? [open] : [more]), 1_000);
    expect(rounds).toBeLessThan(200);
    expect((await askOver(session, keepAlive)).status).toBe(200);
  });
});

describe('a relay that stops', () => {
  it('answers what it has begun, says goodbye to sockets and sessions, and has kept what it said', async () => {
    const socket = await openSocketOver(session, { authorization: bob.authorization }, '/v1/websocket/');
    let code: number | undefined;
    socket.on('close', (closed) => {
      code = closed;
    });
    let goaway = false;
    session.on('goaway', () => {
      goaway = true;
    });
    const idle = await openSession(relay);
    const sends = Array.from({ length: 20 }, (_, index) =>
      askOver(session, sendToBob(`${index}`)).then(
        ({ status }) => status,
        () => 0,
      ),
    );
    await until(() => (totals()['message-stored'] ?? 0) > 0, 'the first is stored');
    const before = performance.now();
    await relay.relay.close();
    expect(performance.now() - before).toBeLessThan(8_000);
    await until(() => code !== undefined && goaway && idle.destroyed, 'all has ended');
    expect(code).toBe(1001);
    const statuses = await Promise.all(sends);
    expect(statuses.every((status) => [200, 503, 0].includes(status))).toBe(true);
    const acknowledged = statuses.filter((status) => status === 200).length;
    const again = await relay.restart();
    const reader = await RawSocket.open(again, { authorization: bob.authorization });
    const messages = () => reader.pushes().filter(({ path }) => path === '/api/v1/message');
    await until(() => messages().length >= acknowledged, 'everything acknowledged is there');
    reader.close();
    await again.relay.close();
  });
});
