import { randomBytes } from 'node:crypto';
import { asBytes } from '@sotto/bytes';
import { decodeFrame, encodeFrame, HEADER, MAX_FRAME_BYTES, PATH } from '@sotto/protocol';
import { frameOf } from '../load/web-socket-frames.ts';
import type { LoadAccount } from '../relay/accounts.ts';
import { type AttackCase, PATIENCE } from './attack-case.ts';
import { RawConnection, type RawPlace } from './raw-connection.ts';

const MIB = 1024 * 1024;

/** What can be done to a chat socket of a relay that nobody has to prove anything for. */
export const WEB_SOCKET_CASES: readonly AttackCase[] = [
  {
    name: 'frame: 2^63 bytes announced',
    expect: /^close 1009$|^close 1002$/,
    run: (place) =>
      afterUpgrade(place, Buffer.concat([Buffer.from([0x82, 0xff, 0x7f]), Buffer.alloc(11, 0xff)])),
  },
  {
    name: 'frame: longer than the limit',
    expect: /^close 1009$/,
    run: (place) => afterUpgrade(place, frameOf(2, Buffer.alloc(MAX_FRAME_BYTES + 1))),
  },
  {
    name: 'frame: as long as the limit, of noise',
    expect: /^close 1007$/,
    run: (place) => afterUpgrade(place, frameOf(2, randomBytes(MAX_FRAME_BYTES))),
  },
  {
    name: 'frame: not masked',
    expect: /^close 1002$/,
    run: (place) => afterUpgrade(place, Buffer.from([0x82, 0x01, 0x00])),
  },
  {
    name: 'frame: compressed',
    expect: /^close 1002$/,
    run: (place) =>
      afterUpgrade(place, Buffer.concat([Buffer.from([0xc2]), frameOf(2, Buffer.alloc(9)).subarray(1)])),
  },
  {
    name: 'fragments without end',
    expect: /^close 100[89]$/,
    run: (place) => afterUpgrade(place, fragments(10_000, 1)),
  },
  {
    name: 'fragments of nothing without end',
    expect: /^close 100[89]$/,
    run: (place) => afterUpgrade(place, fragments(10_000, 0)),
  },
  {
    name: 'protobuf: huge lengths inside',
    expect: /^close 1007$/,
    run: (place) => afterUpgrade(place, frameOf(2, Buffer.from('08011200ffffffff0f12ffffffff0f', 'hex'))),
  },
  {
    name: 'protobuf: a quarter million empty fields',
    expect: /^close 1007$/,
    run: (place) =>
      afterUpgrade(place, frameOf(2, Buffer.alloc(MAX_FRAME_BYTES - 2, Buffer.from([0x2a, 0x00])))),
  },
  {
    name: 'frame: half of one, and then nothing',
    expect: /^close 1008$/,
    slow: true,
    run: (place) => afterUpgrade(place, frameOf(2, Buffer.alloc(1_000)).subarray(0, 500)),
  },
  {
    name: 'pings, 64 MiB of them, nothing read',
    expect: /^close 1013$|^close 1008$|^cut$/,
    run: async (place) => {
      const connection = await upgraded(place);
      connection.socket.pause();
      const pings = Buffer.concat(Array.from({ length: 4_000 }, () => frameOf(9, Buffer.alloc(125, 1))));
      for (let sent = 0; sent < 64 * MIB && !connection.socket.destroyed; sent += pings.length) {
        if (!connection.write(pings)) await nextDrain(connection);
      }
      connection.socket.resume();
      return connection.ended(PATIENCE);
    },
  },
];

async function upgraded(place: RawPlace): Promise<RawConnection> {
  const connection = new RawConnection(place);
  await connection.ready;
  connection.write(upgradeText(place));
  await connection.answered(PATIENCE);
  connection.start();
  return connection;
}

async function afterUpgrade(place: RawPlace, bytes: Buffer) {
  const connection = await upgraded(place);
  connection.write(bytes);
  return connection.ended(PATIENCE);
}

/** Bodies of sends to somebody whose access key is known. */
export function sendCases(account: LoadAccount): readonly AttackCase[] {
  const bodyCase = (name: string, body: string): AttackCase => ({
    name,
    expect: /^4[02]\d$/,
    run: (place) => answerTo(place, account, Buffer.from(body)),
  });
  return [
    bodyCase('JSON: as deep as it is long', '['.repeat(400_000)),
    bodyCase('JSON: an array of 100,000 messages', `{"messages":[${'{},'.repeat(100_000)}{}],"timestamp":1}`),
    bodyCase('JSON: a name that is no name', '{"__proto__":{"messages":[]},"constructor":{"prototype":1}}'),
  ];
}

/** What a request with this body is told, inside the socket. */
async function answerTo(place: RawPlace, { aci, accessKey }: LoadAccount, body: Buffer) {
  const connection = await upgraded(place);
  const frame = encodeFrame({
    kind: 'request',
    id: 1n,
    verb: 'PUT',
    path: PATH.messagesTo(aci),
    headers: new Map([[HEADER.accessKey, accessKey]]),
    body: asBytes(body),
  });
  const status = new Promise<string>((resolve) => {
    connection.onFrame = (payload) => {
      const answer = decodeFrame(payload);
      if (answer.kind === 'response') resolve(String(answer.status));
    };
  });
  connection.write(frameOf(2, Buffer.from(frame)));
  const started = performance.now();
  const said = await Promise.race([status, connection.ended(PATIENCE).then((ending) => ending.said)]);
  connection.socket.destroy();
  return { said, after: performance.now() - started };
}

function nextDrain({ socket }: RawConnection): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, 1_000);
    const go = (): void => {
      clearTimeout(late);
      resolve();
    };
    socket.once('drain', go);
    socket.once('close', go);
  });
}

/** One message in so many pieces, of which the last never comes. */
function fragments(count: number, bytes: number): Buffer {
  const piece = Buffer.alloc(6 + bytes);
  piece[1] = 0x80 | bytes;
  const first = Buffer.from(piece);
  first[0] = 0x02;
  return Buffer.concat([first, ...Array.from({ length: count }, () => piece)]);
}

export function upgradeText({ host, port }: RawPlace, extension = ''): string {
  return `GET /v1/websocket/ HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n${extension}\r\n`;
}
