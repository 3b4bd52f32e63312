import { randomBytes } from 'node:crypto';
import { frameOf } from '../load/web-socket-frames.ts';
import { type AttackCase, PATIENCE } from './attack-case.ts';
import { httpCases } from './http-cases.ts';
import { RawConnection, type RawPlace } from './raw-connection.ts';

const MIB = 1024 * 1024;

/** The page's port takes no bodies: who sends one is refused for something else, or cut off. */
export const PAGE_HTTP_CASES: readonly AttackCase[] = httpCases({ path: '/', most: MIB }).map((each) => ({
  ...each,
  expect: each.slow ? /^4\d\d$|^cut$/ : /^[45]\d\d$|^cut$|^open$/,
}));

/** Before a page has shown the secret. */
export const PAGE_SOCKET_CASES: readonly AttackCase[] = [
  pageCase('page socket: longer than any line', /^close 1009$/, frameOf(1, Buffer.alloc(2 * MIB, 'x'))),
  pageCase('page socket: no line of ours', /^close 4401$/, frameOf(1, Buffer.from('['.repeat(100_000)))),
  pageCase(
    'page socket: 2^63 bytes announced',
    /^close 100[29]$/,
    Buffer.concat([Buffer.from([0x81, 0xff, 0x7f]), Buffer.alloc(11, 0xff)]),
  ),
  { ...pageCase('page socket: nothing said', /^close 1006$|^cut$/, Buffer.alloc(0)), slow: true },
];

/** The local API's socket, which only this user can open. */
export const LOCAL_CASES: readonly AttackCase[] = [
  localCase('local API: a line without end', (connection) => flood(connection, Buffer.alloc(64 * 1024, 'x'))),
  localCase('local API: JSON as deep as it is long', (connection) => {
    connection.write(`${'['.repeat(500_000)}\n`);
  }),
  localCase('local API: noise', (connection) => {
    connection.write(Buffer.concat([randomBytes(100_000), Buffer.from('\n')]));
  }),
];

function pageCase(name: string, expect: RegExp, bytes: Buffer): AttackCase {
  return {
    name,
    expect,
    run: async (place) => {
      const connection = new RawConnection(place);
      await connection.ready;
      connection.write(upgradeText(place));
      await connection.answered(PATIENCE);
      connection.start();
      if (bytes.length > 0) connection.write(bytes);
      return connection.ended(PATIENCE);
    },
  };
}

/** It has no statuses: who says what is no line is hung up on. */
function localCase(name: string, say: (connection: RawConnection) => void): AttackCase {
  return {
    name,
    expect: /^cut$/,
    run: async (place) => {
      const connection = new RawConnection(place);
      await connection.ready;
      connection.start();
      say(connection);
      return connection.ended(PATIENCE);
    },
  };
}

function flood(connection: RawConnection, piece: Buffer): void {
  for (let sent = 0; sent < 64 * MIB; sent += piece.length) connection.write(piece);
}

function upgradeText({ host, port }: RawPlace): string {
  return [
    'GET /api HTTP/1.1',
    `Host: ${host}:${port}`,
    `Origin: http://${host}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n');
}
