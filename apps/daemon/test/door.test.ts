import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, encodeHello, type Hello, MAX_LINE_BYTES, parseAdmitted } from '@sotto/local-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Download } from '../src/app/downloads.ts';
import { type Door, openDoor } from '../src/web/open-door.ts';
import { readPage } from '../src/web/read-page.ts';
import { ask, hostOf, makePage, openSocket, secretOf, statusOfUpgrade } from './_page.ts';

let folder: string;
let page: string;
let door: Door;
let channels: Channel[];
/** What links that pages were given lead to. */
const downloads = new Map<string, Download>();
const doors: Door[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-door-'));
  page = await makePage(folder);
  channels = [];
  door = await open();
});
afterEach(async () => {
  await Promise.all(doors.splice(0).map((each) => each.close()));
  await rm(folder, { recursive: true });
});

async function open(host = '127.0.0.1'): Promise<Door> {
  const made = await openDoor({
    listen: { host, port: 0 },
    page: await readPage(page),
    onPage: (channel) => channels.push(channel),
    download: async (path) => {
      const given = downloads.get(path);
      downloads.delete(path);
      return given;
    },
  });
  doors.push(made);
  return made;
}

async function* pieces(...parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield new TextEncoder().encode(part);
  }
}

const get = (path: string, ...lines: readonly string[]) =>
  ask(door.url, [`GET ${path} HTTP/1.1`, `Host: ${hostOf(door.url)}`, ...lines]);

/** The code and the words with which a first line is turned away, or `in`. */
async function hello(line: string, of = door): Promise<{ code: number; text: string } | 'in'> {
  const socket = openSocket(of.url);
  await once(socket, 'open');
  let text = '';
  socket.on('message', (data) => {
    text += String(data);
    if (text.includes('admitted":{')) socket.terminate();
  });
  socket.on('error', () => undefined);
  socket.send(line);
  const [code] = await once(socket, 'close');
  return text.includes('admitted":{') ? 'in' : { code, text };
}

describe('the door of the page', () => {
  it('serves the page to a browser, and only what it is made of', async () => {
    const index = await get('/');
    expect([index.status, index.body]).toEqual([200, '<!doctype html><title>Sotto</title>\n']);
    expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(index.headers.get('cache-control')).toBe('no-store');
    const script = await get('/assets/main-1a2b.js?v=1');
    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
    const etag = script.headers.get('etag') ?? '';
    expect((await get('/assets/main-1a2b.js', `If-None-Match: ${etag}`)).status).toBe(304);
    const head = await ask(door.url, ['HEAD / HTTP/1.1', `Host: ${hostOf(door.url)}`]);
    expect([head.status, head.body, head.headers.get('content-length')]).toEqual([200, '', '36']);
    for (const path of ['/.secret', '/tool.sh', '/assets', '/index.html', '/api', '*']) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  it('leads to no file outside the page, however its path is written', async () => {
    await symlink(join(folder, 'outside.txt'), join(page, 'link.txt'));
    door = await open();
    const paths = [
      '/../outside.txt',
      '/assets/../../outside.txt',
      '/%2e%2e/outside.txt',
      '/..%2foutside.txt',
      '/%2e%2e%2foutside.txt',
      '/..\\outside.txt',
      '/..%5coutside.txt',
      '/....//outside.txt',
      '/%252e%252e/outside.txt',
      '/%c0%ae%c0%ae/outside.txt',
      '//outside.txt',
      '/outside.txt%00.js',
      `/${folder}/outside.txt`,
      `${folder}/outside.txt`,
      `file://${folder}/outside.txt`,
      `http://${hostOf(door.url)}/../outside.txt`,
      '/link.txt',
      '/__proto__',
      '/constructor',
    ];
    for (const path of paths) {
      const { status, body } = await get(path);
      expect([path, status]).toEqual([path, 404]);
      expect(body).not.toContain('outside');
    }
  });

  it('gives a file to keep and never to show, once, to nobody from elsewhere', async () => {
    const name = 'grüße "x".html';
    const link = '/download/abc';
    downloads.set(link, { name, size: 12, content: pieces('<script>', '1</s') });
    expect((await get(link, 'Sec-Fetch-Site: cross-site')).status).toBe(403);
    expect((await ask(door.url, [`HEAD ${link} HTTP/1.1`, `Host: ${hostOf(door.url)}`])).status).toBe(404);
    const { status, headers, body } = await get(link);
    expect([status, body]).toEqual([200, '<script>1</s']);
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="gr__e _x_.html"; filename*=UTF-8''gr%C3%BC%C3%9Fe%20%22x%22.html`,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-length')).toBe('12');
    expect((await get(link)).status).toBe(404);
  });

  it('ends a file that breaks off short of its length', async () => {
    downloads.set('/download/torn', { name: undefined, size: 100, content: pieces('half', new Error()) });
    const { status, headers, body } = await get('/download/torn');
    expect([status, headers.get('content-length')]).toEqual([200, '100']);
    expect(body.length).toBeLessThan(100);
    expect((await get('/')).status).toBe(200);
  });

  it('changes nothing of what it serves when the folder changes', async () => {
    await writeFile(join(page, 'index.html'), 'changed');
    expect((await get('/')).body).toContain('Sotto');
    const before = await readPage(page);
    expect(before.build).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(join(page, 'index.html'), 'changed again');
    expect((await readPage(page)).build).not.toBe(before.build);
    await rm(join(page, 'index.html'));
    await expect(readPage(page)).rejects.toMatchObject({
      code: 'failed',
      hint: expect.stringContaining('npm'),
    });
  });

  it('says on every answer that the page is closed to others', async () => {
    const authority = hostOf(door.url);
    const answers = [
      await get('/'),
      await get('/nothing'),
      await ask(door.url, ['GET / HTTP/1.1', 'Host: evil.example']),
      await ask(door.url, ['POST / HTTP/1.1', `Host: ${authority}`]),
      await ask(door.url, ['garbage']),
      await ask(door.url, ['GET / HTTP/1.1', `Host: ${authority}`, `X: ${'x'.repeat(20_000)}`]),
      await ask(door.url, ['GET /api HTTP/1.1', `Host: ${authority}`, 'Upgrade: websocket']),
      // From its own page, and still no handshake that the library takes.
      await ask(door.url, [
        'GET /api HTTP/1.1',
        `Host: ${authority}`,
        `Origin: http://${authority}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
      ]),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 421, 405, 400, 431, 404, 400]);
    for (const { headers } of answers) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy.split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        `connect-src 'self' ws://${authority}`,
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ]);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'permissions-policy': expect.stringContaining('camera=()'),
      });
      for (const absent of ['server', 'x-powered-by', 'set-cookie', 'access-control-allow-origin']) {
        expect(headers.has(absent)).toBe(false);
      }
    }
  });

  it('answers to its own name only, so that no foreign name can be pointed at it', async () => {
    const authority = hostOf(door.url);
    const port = authority.split(':')[1];
    const foreign = ['evil.example', `evil.example:${port}`, `localhost:${port}`, '127.0.0.1', '127.0.0.1:1'];
    for (const host of [...foreign, `127.1:${port}`, `${authority}.`, `x@${authority}`, '']) {
      const { status, body } = await ask(door.url, ['GET / HTTP/1.1', `Host: ${host}`]);
      expect([host, status]).toEqual([host, 421]);
      expect(body).not.toContain('doctype');
    }
    expect((await ask(door.url, ['GET / HTTP/1.0'])).status).toBe(421);
    const twice = ['GET / HTTP/1.1', `Host: ${authority}`, 'Host: evil.example'];
    expect((await ask(door.url, twice)).status).toBe(421);
  });

  it('has no answer for other sites', async () => {
    const authority = hostOf(door.url);
    const port = authority.split(':')[1];
    const origins = ['http://evil.example', 'null', `https://${authority}`, `http://localhost:${port}`];
    for (const origin of [
      ...origins,
      `http://${authority}.evil.example`,
      `http://127.0.0.1:1`,
      'file://',
      '',
    ]) {
      const { status, body } = await get('/', `Origin: ${origin}`);
      expect([origin, status]).toEqual([origin, 403]);
      expect(body).not.toContain('doctype');
    }
    const visit = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];
    for (const site of ['cross-site', 'same-site', 'anything']) {
      expect([site, (await get('/', `Sec-Fetch-Site: ${site}`)).status]).toEqual([site, 403]);
      expect([site, (await get('/', `Sec-Fetch-Site: ${site}`, ...visit)).status]).toEqual([site, 403]);
    }
    expect((await get('/', `Origin: http://${authority}`)).status).toBe(200);
    expect((await get('/', 'Sec-Fetch-Site: none')).status).toBe(200);
    expect((await get('/', 'Sec-Fetch-Site: same-origin')).status).toBe(200);
  });

  it('lets a link from outside lead to it only while it has given one to the browser', async () => {
    const visit = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'];
    door.expectVisit();
    expect((await get('/', ...visit, 'Sec-Fetch-Dest: document')).status).toBe(200);
    expect((await get('/', ...visit, 'Sec-Fetch-Dest: iframe')).status).toBe(403);
    expect((await get('/assets/main-1a2b.js', ...visit, 'Sec-Fetch-Dest: document')).status).toBe(403);
    expect(await hello(encodeHello({ secret: secretOf(door.url) }))).toBe('in');
    expect((await get('/', ...visit, 'Sec-Fetch-Dest: document')).status).toBe(403);
  });

  it('opens a socket for its own page only', async () => {
    const { url } = door;
    expect(await statusOfUpgrade(openSocket(url))).toBe(101);
    expect(await statusOfUpgrade(openSocket(url, { Origin: 'http://evil.example' }))).toBe(403);
    expect(await statusOfUpgrade(openSocket(url, { Origin: 'null' }))).toBe(403);
    expect(await statusOfUpgrade(openSocket(url, { Host: 'evil.example' }))).toBe(421);
    expect(await statusOfUpgrade(openSocket(url, { 'Sec-Fetch-Site': 'cross-site' }))).toBe(403);
    door.expectVisit();
    expect(await statusOfUpgrade(openSocket(url, { 'Sec-Fetch-Site': 'cross-site' }))).toBe(403);
    const upgrade = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
    const [first, host] = ['GET /api HTTP/1.1', `Host: ${hostOf(url)}`];
    expect((await ask(url, [first, host, ...upgrade, key])).status).toBe(403);
    const own = `Origin: http://${hostOf(url)}`;
    expect((await ask(url, ['GET / HTTP/1.1', host, own, ...upgrade, key])).status).toBe(404);
  });

  it('listens on IPv6 too, and nowhere twice', async () => {
    door = await open('::1');
    expect(door.url).toMatch(/^http:\/\/\[::1\]:\d+\/#t=[\w-]{43}$/);
    expect((await get('/')).status).toBe(200);
    const taken = openDoor({
      listen: { host: '::1', port: Number(new URL(door.url).port) },
      page: await readPage(page),
      onPage: () => undefined,
      download: async () => undefined,
    });
    await expect(taken).rejects.toMatchObject({ code: 'cannot-listen', cause: { code: 'EADDRINUSE' } });
  });

  it('lets go of who is slow to ask, or slow to say who they are', async () => {
    const { hostname, port } = new URL(door.url);
    const dripping = connect({ host: hostname, port: Number(port) });
    dripping.on('error', () => undefined);
    dripping.write('GET / HTTP/1.1\r\n');
    const drip = setInterval(() => dripping.write('X: y\r\n'), 200);
    const silent = openSocket(door.url);
    silent.on('error', () => undefined);
    await once(silent, 'open');
    const idle = connect({ host: hostname, port: Number(port) });
    const heard = [dripping, idle].map((socket) => {
      const parts: Buffer[] = [];
      socket.on('data', (part) => parts.push(part));
      return () => Buffer.concat(parts).toString();
    });
    const started = performance.now();
    await Promise.all([silent, dripping, idle].map((socket) => once(socket, 'close')));
    clearInterval(drip);
    expect(performance.now() - started).toBeLessThan(20_000);
    // A browser takes what comes on a connection that it has opened in advance for the answer to what it asks next.
    expect(heard.map((text) => text().split('\r\n')[0])).toEqual(['HTTP/1.1 408 Request Timeout', '']);
  });

  it('drops the oldest of many that do not say who they are', async () => {
    const crowd = Array.from({ length: 40 }, () => openSocket(door.url));
    let gone = 0;
    for (const socket of crowd) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        gone += 1;
      });
    }
    await Promise.all(crowd.map((socket) => once(socket, 'open')));
    expect(await hello(encodeHello({ secret: secretOf(door.url) }))).toBe('in');
    expect(gone).toBeGreaterThanOrEqual(8);
    for (const socket of crowd) socket.terminate();
  });
});

describe('admission', () => {
  it('takes the secret of this process and the sessions that it gave, and nothing else', async () => {
    const refused = { code: 4401, text: expect.stringContaining('"code":"not-admitted"') };
    const secret = secretOf(door.url);
    const wrong = [
      '',
      '{}',
      'null',
      secret,
      JSON.stringify({ secret }),
      JSON.stringify({ v: 2, hello: { secret } }),
      JSON.stringify({ v: 1, hello: { secret, more: 1 } }),
      JSON.stringify({ v: 1, id: 1, command: 'app.state', params: {} }),
      encodeHello({ secret: `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}` }),
      encodeHello({ secret: secret.slice(0, -1) }),
      encodeHello({ session: secret }),
      'x'.repeat(100_000),
    ];
    for (const line of wrong) {
      const answer = await hello(line);
      expect([line.slice(0, 60), answer]).toEqual([line.slice(0, 60), refused]);
      expect(JSON.stringify(answer)).not.toContain(secret);
    }
    expect(channels).toEqual([]);
    expect(await hello(encodeHello({ secret }))).toBe('in');
    expect(channels).toHaveLength(1);
  });

  it('never takes what another app gave', async () => {
    const other = await open();
    const refused = { code: 4401, text: expect.anything() };
    expect(await hello(encodeHello({ secret: secretOf(door.url) }), other)).toEqual(refused);
    const socket = openSocket(door.url);
    await once(socket, 'open');
    socket.send(encodeHello({ secret: secretOf(door.url) }));
    const [line] = await once(socket, 'message');
    const { session } = JSON.parse(String(line)).admitted;
    expect(await hello(encodeHello({ session }), other)).toEqual(refused);
    expect(await hello(encodeHello({ session }))).toBe('in');
    expect(await hello(encodeHello({ session }))).toBe('in');
    socket.terminate();
  });

  it('proves to a page that comes back that it is who let it in', async () => {
    const admittedBy = async (of: Door, shown: Hello) => {
      const socket = openSocket(of.url);
      await once(socket, 'open');
      socket.send(encodeHello(shown));
      const [line] = await once(socket, 'message');
      socket.terminate();
      return parseAdmitted(String(line));
    };
    const first = await admittedBy(door, { secret: secretOf(door.url) });
    expect(await admittedBy(door, { session: first.session })).toEqual(first);
    const second = await admittedBy(door, { secret: secretOf(door.url) });
    const other = await open();
    const elsewhere = await admittedBy(other, { secret: secretOf(other.url) });
    expect(new Set([first, second, elsewhere].flatMap(({ session, proof }) => [session, proof])).size).toBe(
      6,
    );
  });

  it('answers slower to who keeps trying, and at once to who has the secret', async () => {
    const line = encodeHello({ secret: 'a'.repeat(43) });
    for (let count = 0; count < 20; count++) await hello(line);
    const started = performance.now();
    await hello(line);
    expect(performance.now() - started).toBeGreaterThan(450);
    const times: number[] = [];
    for (let count = 0; count < 5; count++) {
      const asked = performance.now();
      expect(await hello(encodeHello({ secret: secretOf(door.url) }))).toBe('in');
      times.push(performance.now() - asked);
    }
    // A busy machine may hold up some of them.
    expect(Math.min(...times)).toBeLessThan(450);
  });

  it('ends on a message beyond the longest line, before and after', async () => {
    const long = 'x'.repeat(MAX_LINE_BYTES + 1);
    expect(await hello(long)).toMatchObject({ code: 1009 });
    const socket = openSocket(door.url);
    await once(socket, 'open');
    socket.send(encodeHello({ secret: secretOf(door.url) }));
    await once(socket, 'message');
    const problems: unknown[] = [];
    channels[0]?.listen({ line: () => undefined, closed: (problem) => problems.push(problem) });
    socket.send(long);
    expect((await once(socket, 'close'))[0]).toBe(1009);
    await expect.poll(() => problems).toEqual(['line-too-long']);
  });
});
