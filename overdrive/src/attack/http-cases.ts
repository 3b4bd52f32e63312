import { type AttackCase, PATIENCE } from './attack-case.ts';
import { RawConnection, type RawPlace } from './raw-connection.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
/** Between two bytes of somebody who is slow on purpose. */
const DRIP = 300;

/** Where a server reads a body, and how long one may be at most. */
export interface BodyPath {
  readonly path: string;
  readonly most: number;
}

/** What can be done to any port that speaks HTTP/1.1. */
export function httpCases({ path, most }: BodyPath): readonly AttackCase[] {
  const head = (rest: string): string => `POST ${path} HTTP/1.1\r\nHost: x\r\n${rest}\r\n`;
  return [
    {
      name: 'no HTTP at all',
      expect: /^400$|^cut$/,
      run: (place) => say(place, Buffer.from('\u0000\u0001\u0002 bytes\r\n\r\n')),
    },
    {
      name: 'headers: 64 KiB in one',
      expect: /^431$/,
      run: (place) => say(place, head(`X: ${'x'.repeat(64 * KIB)}\r\n`)),
    },
    {
      name: 'headers: ten thousand',
      expect: /^431$/,
      run: (place) => say(place, head('X: y\r\n'.repeat(10_000))),
    },
    {
      name: 'request line: 64 KiB',
      expect: /^431$|^400$/,
      run: (place) => say(place, `GET /${'x'.repeat(64 * KIB)} HTTP/1.1\r\nHost: x\r\n\r\n`),
    },
    {
      name: 'both lengths at once',
      expect: /^400$/,
      run: (place) => say(place, `${head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')}0\r\n\r\n`),
    },
    {
      name: 'chunk of no length',
      expect: /^400$/,
      run: (place) => say(place, `${head('Transfer-Encoding: chunked\r\n')}zz\r\n`),
    },
    {
      name: 'body: longer than the limit announced',
      expect: /^413$|^429$/,
      run: (place) => flood(place, head(`Content-Length: ${most + 1}\r\n`), Buffer.alloc(64 * KIB), most + 1),
    },
    {
      name: 'chunks without end',
      expect: /^413$|^cut$/,
      run: (place) => {
        const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(64 * KIB), Buffer.from('\r\n')]);
        const count = Math.ceil((most + 64 * MIB) / chunk.length);
        return flood(place, head('Transfer-Encoding: chunked\r\n'), chunk, count * chunk.length);
      },
    },
    {
      name: 'a thousand requests in one go',
      expect: /^[245]\d\d$|^open$/,
      run: (place) => say(place, 'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000), 1_000),
    },
    {
      name: 'nothing after the connection',
      expect: /^cut$|^408$/,
      slow: true,
      run: (place) => say(place, ''),
    },
    {
      name: 'headers: a byte now and then',
      expect: /^cut$|^408$/,
      slow: true,
      run: (place) => drip(place, head(`X: ${'x'.repeat(500)}`)),
    },
    {
      name: 'body: a byte now and then',
      expect: /^cut$|^408$/,
      slow: true,
      run: (place) => drip(place, 'x'.repeat(1_000), head('Content-Length: 1000\r\n')),
    },
    {
      name: 'upgrade: a byte now and then',
      expect: /^cut$|^408$/,
      slow: true,
      run: (place) =>
        drip(place, `GET /v1/websocket/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nX: ${'x'.repeat(500)}`),
    },
    {
      name: 'half-open: it will say no more',
      expect: /^cut$|^408$|^400$/,
      slow: true,
      run: async (place) => {
        const connection = await ready(place);
        connection.write('POST ');
        connection.socket.end();
        return connection.ended(PATIENCE);
      },
    },
  ];
}

/** TLS has no word for a handshake that does not go on. */
export const HANDSHAKE_CASES: readonly AttackCase[] = [
  {
    name: 'TLS: no handshake',
    expect: /^cut$/,
    slow: true,
    run: (place) => say({ ...place, tls: false }, ''),
  },
  {
    name: 'TLS: half of a handshake',
    expect: /^cut$/,
    slow: true,
    run: (place) => say({ ...place, tls: false }, Buffer.from('160301020001', 'hex')),
  },
];

async function ready(place: RawPlace): Promise<RawConnection> {
  const connection = new RawConnection(place);
  await connection.ready;
  connection.start();
  return connection;
}

/** Send, and wait for so many answers or for the end. */
async function say(place: RawPlace, bytes: Buffer | string, answers = 1) {
  const connection = await ready(place);
  if (bytes.length > 0) connection.write(bytes);
  const wanted = setInterval(() => {
    if (connection.statuses.length >= answers) connection.socket.end();
  }, 10);
  const ending = await connection.ended(PATIENCE);
  clearInterval(wanted);
  return ending;
}

/** Send as much as is taken, up to so many bytes. */
async function flood(place: RawPlace, head: string, piece: Buffer, bytes: number) {
  const connection = await ready(place);
  connection.write(head);
  for (let sent = 0; sent < bytes && connection.statuses.length === 0; sent += piece.length) {
    if (connection.socket.destroyed) break;
    const rest = bytes - sent;
    if (!connection.write(rest < piece.length ? piece.subarray(0, rest) : piece))
      await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await connection.answered(PATIENCE);
  return connection.statuses.length > 0
    ? { said: String(connection.statuses[0]), after: (await connection.ended(0)).after }
    : connection.ended(PATIENCE);
}

async function drip(place: RawPlace, text: string, before = '') {
  const connection = await ready(place);
  if (before !== '') connection.write(before);
  let at = 0;
  const timer = setInterval(() => {
    if (at < text.length) connection.write(text.charAt(at++));
  }, DRIP);
  const ending = await connection.ended(PATIENCE);
  clearInterval(timer);
  return ending;
}
