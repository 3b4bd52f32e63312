import { connect } from 'node:net';
import {
  checkRequest,
  checkUpgrade,
  openDoor,
  readNetworkText,
  settingsValue,
} from '@sotto/app-daemon/testing';
import { formatNetwork } from '@sotto/identity';
import { LocalApiError } from '@sotto/local-api';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted } from './kit.ts';

const AUTHORITY = '127.0.0.1:8480';
const HEADERS = [
  'Host',
  'Origin',
  'Sec-Fetch-Site',
  'Sec-Fetch-Mode',
  'Sec-Fetch-Dest',
  'Upgrade',
  'Connection',
  'Sec-WebSocket-Key',
  'Content-Length',
  'Transfer-Encoding',
];
const WORDS = [
  AUTHORITY,
  `http://${AUTHORITY}`,
  'null',
  'none',
  'same-origin',
  'cross-site',
  'navigate',
  'document',
  'localhost',
  '\r\n',
  ...HEADERS.map((name) => `\r\n${name}: `),
];

const visit = (host: string): string =>
  `GET / HTTP/1.1\r\nHost: ${host}\r\nSec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n`;
const upgrade = (host: string): string =>
  `GET /api HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nSec-Fetch-Site: same-origin\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;

/** The page's door: who may ask at all, and what is read of the profile for pages. */
export const pageDoorTargets: readonly Target[] = [
  {
    name: 'page-request',
    covers: ['apps/daemon/src/web/check-request.ts'],
    form: 'http',
    refuses: [],
    words: WORDS,
    open: () => ({
      seeds: [
        visit(AUTHORITY),
        upgrade(AUTHORITY),
        visit('evil.example'),
        visit(AUTHORITY).replace('none', 'cross-site'),
      ].map(fromText),
      read: (input) => {
        const asked = askedIn(toText(input));
        const rules = { authority: AUTHORITY, expectsVisit: () => true };
        const passed = checkRequest(asked, rules) === undefined;
        const upgraded = checkUpgrade(asked, rules) === undefined;
        const { host, origin } = asked.headers;
        const hosts = asked.rawHeaders.filter(
          (name, index) => index % 2 === 0 && name.toLowerCase() === 'host',
        ).length;
        if (passed && (host !== AUTHORITY || hosts !== 1)) throw new Broken('a foreign name was let pass');
        if (passed && origin !== undefined && origin !== `http://${AUTHORITY}`)
          throw new Broken('a foreign origin was let pass');
        if (upgraded && (!passed || origin === undefined || asked.url !== '/api'))
          throw new Broken('an upgrade from nowhere');
        return passed ? 'taken' : 'refused';
      },
    }),
  },
  {
    name: 'page-http',
    covers: ['apps/daemon/src/web/open-door.ts', 'apps/daemon/src/web/answer-request.ts'],
    form: 'http',
    refuses: [],
    words: WORDS,
    slow: true,
    open: async () => {
      const files = new Map([
        ['/', { type: 'text/html', body: Buffer.from('<p>'), etag: '"a"', isIndex: true }],
      ]);
      const door = await openDoor({
        listen: { host: '127.0.0.1', port: 0 },
        page: { files, build: '' },
        onPage: () => undefined,
        download: async () => undefined,
      });
      const { host, port } = new URL(door.url);
      return {
        // The name of this door is chosen anew at each start, so inputs stand for it by the fixed one.
        seeds: [
          visit(AUTHORITY),
          upgrade(AUTHORITY),
          `POST /api HTTP/1.1\r\nHost: ${AUTHORITY}\r\nContent-Length: 5\r\n\r\nhello`,
        ].map(fromText),
        read: async (input) => {
          const answer = await sayRaw(Number(port), fromText(toText(input).replaceAll(AUTHORITY, host)));
          const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
          if (status >= 500) throw new Broken(`the door answers ${status}`);
          if (status !== 0 && !answer.toLowerCase().includes('content-security-policy:'))
            throw new Broken('an answer without the headers that go on everything');
          return status === 200 || status === 101 ? 'taken' : 'refused';
        },
        close: () => door.close(),
      };
    },
  },
  {
    name: 'network-pasted',
    covers: ['apps/daemon/src/network-values.ts', 'apps/daemon/src/directories.ts'],
    form: 'text',
    refuses: [LocalApiError],
    open: () => ({
      seeds: [
        formatNetwork({ relay: { url: 'https://relay.example', key: counted(32) } }),
        formatNetwork({ directory: counted(100) }),
      ].map(fromText),
      read: (input) => {
        readNetworkText(toText(input));
        return 'taken';
      },
    }),
  },
  {
    name: 'settings-kept',
    covers: ['apps/daemon/src/settings-values.ts'],
    form: 'json',
    refuses: [],
    open: () => ({
      seeds: ['{"theme":"dark","lock_after":5}', '', '[]'].map(fromText),
      read: (input) => {
        settingsValue({ readReceipts: true, typing: false, relayAccess: 'direct', screen: toText(input) });
        return 'taken';
      },
    }),
  },
];

/** A request as Node's parser would hand it over, without being as strict: the check must hold by itself. */
function askedIn(text: string): Parameters<typeof checkRequest>[0] {
  const [first = '', ...lines] = text.split('\r\n');
  const [method, url] = first.split(' ');
  const rawHeaders: string[] = [];
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    rawHeaders.push(name, value);
    headers[name.toLowerCase()] ??= value;
  }
  return { method, url, headers, rawHeaders };
}

/**
 * Say it on a connection of its own and read until the other side has hung up, or has nothing more to say: by itself, where
 * `isAll` does not say so before.
 */
export function sayRaw(
  port: number,
  bytes: Uint8Array,
  isAll: (answer: string) => boolean = hasHead,
): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const done = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      answer += part;
      if (isAll(answer)) done();
    });
    socket.on('error', done);
    socket.on('close', done);
    // Half closed: whoever waits for more sees that nothing comes.
    socket.end(bytes);
  });
}

/** The head is what is judged; a page that was let in would stay open. */
function hasHead(answer: string): boolean {
  return answer.includes('\r\n\r\n');
}
