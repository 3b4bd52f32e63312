import { randomBytes } from 'node:crypto';
import { type AttackCase, PATIENCE } from './attack-case.ts';
import { floodOver } from './flood-over.ts';
import { Http2Connection } from './http2-connection.ts';
import {
  FLAG,
  FRAME,
  headerBlock,
  headerOf,
  http2Frame,
  NEWEST_ENTRY,
  SETTING,
  settingsOf,
  uint32,
} from './http2-frames.ts';
import type { RawPlace } from './raw-connection.ts';

const KIB = 1024;
const CANCEL = uint32(8);
/** In one write. */
const AT_ONCE = 500;
const TEN_THOUSAND = Buffer.concat(Array.from({ length: 10_000 }, () => headerOf('x', 'y')));
/** Few bytes that stand for 48 MB (RFC 7541 §7.3). */
const HPACK_BOMB = Buffer.concat([
  headerOf('x', 'x'.repeat(4_000), true),
  Buffer.alloc(12_000, NEWEST_ENTRY),
]);
/** Streams that one connection may have open, and more. */
const MANY = 100;
const CONNECTIONS = 100;

export interface Http2Paths {
  /** Where a body is read. */
  readonly body: string;
  /** What is answered without one. */
  readonly answer: string;
}

/** What can be done to a port that speaks HTTP/2, by whoever can connect to it. */
export function http2Cases({ body, answer }: Http2Paths): readonly AttackCase[] {
  const asks = headerBlock('GET', answer);
  const posts = headerBlock('POST', body);
  const get = (stream: number): Buffer =>
    http2Frame(FRAME.headers, stream, asks, FLAG.endHeaders | FLAG.endStream);
  const open = (stream: number): Buffer => http2Frame(FRAME.headers, stream, posts, FLAG.endHeaders);
  const reset = (stream: number): Buffer => http2Frame(FRAME.reset, stream, CANCEL);
  return [
    flood('rapid reset', (stream) => [open(stream), reset(stream)]),
    flood('rapid reset of what is answered at once', (stream) => [get(stream), reset(stream)]),
    flood('streams that begin with an error', (stream) => [
      http2Frame(FRAME.headers, stream, posts, FLAG.endHeaders),
      http2Frame(FRAME.windowUpdate, stream, uint32(0)),
    ]),
    flood('CONTINUATION without end', () => [continuation(1 * KIB)], {
      before: http2Frame(FRAME.headers, 1, posts),
    }),
    flood('CONTINUATION of nothing without end', () => [continuation(0)], {
      before: http2Frame(FRAME.headers, 1, posts),
    }),
    flood('SETTINGS', () => [settingsOf([[SETTING.initialWindowSize, 65_535]])], { before: get(1) }),
    flood('SETTINGS, nothing read', () => [settingsOf()], { before: get(1), deaf: true }),
    flood('PING', () => [http2Frame(FRAME.ping, 0, randomBytes(8))], { before: get(1) }),
    flood('PING, nothing read', () => [http2Frame(FRAME.ping, 0, Buffer.alloc(8))], {
      before: get(1),
      deaf: true,
    }),
    flood('DATA of nothing without end', () => [http2Frame(FRAME.data, 1)], { before: open(1) }),
    flood('PRIORITY', () => [http2Frame(FRAME.priority, 3, Buffer.from([0, 0, 0, 1, 9]))], {
      before: get(1),
    }),
    flood('WINDOW_UPDATE', () => [http2Frame(FRAME.windowUpdate, 0, uint32(1))], { before: get(1) }),
    flood('frames of no kind', () => [http2Frame(FRAME.unknown, 0, Buffer.alloc(100))], { before: get(1) }),
    flood('headers: 64 KiB in one', (stream) => fragmented(stream, headerOf('x', 'x'.repeat(64 * KIB))), {
      before: get(1),
      each: 10,
    }),
    flood('headers: ten thousand', (stream) => fragmented(stream, TEN_THOUSAND), {
      before: get(1),
      each: 10,
    }),
    flood('headers: 4 KiB once, named twelve thousand times', (stream) => fragmented(stream, HPACK_BOMB), {
      before: get(1),
      each: 10,
    }),
    flood('more streams than are allowed', (stream) => [open(stream)]),
    {
      name: 'HTTP/2: ten thousand streams with long headers, no bodies',
      expect: /^answered$|^reset$|^goaway \d+$|^cut$/,
      slow: true,
      run: (place) => openOnMany(place, longHead),
    },
    {
      name: 'HTTP/2: a hundred streams, no bodies',
      expect: /^answered$|^reset$|^goaway \d+$|^cut$/,
      slow: true,
      run: (place) => openMany(place, open),
    },
    {
      name: 'HTTP/2: a hundred answers, no window',
      expect: /^reset$|^goaway \d+$|^cut$/,
      slow: true,
      longest: 65_000,
      run: (place) => openMany(place, get, [[SETTING.initialWindowSize, 0]]),
    },
    {
      name: 'HTTP/2: nothing but a preface',
      expect: /^goaway \d+$|^cut$/,
      slow: true,
      run: async (place) => (await connected(place)).ended(PATIENCE),
    },
  ];

  /** Nearly as long as is allowed, in some ten bytes after the first. */
  function longHead(stream: number): Buffer {
    const named = Buffer.alloc(3, NEWEST_ENTRY);
    const first = stream === 1 ? headerOf('x', 'x'.repeat(3_900), true) : Buffer.from([NEWEST_ENTRY]);
    const block = Buffer.concat([posts, first, named]);
    return http2Frame(FRAME.headers, stream, block, FLAG.endHeaders);
  }

  function fragmented(stream: number, headers: Buffer): readonly Buffer[] {
    const block = Buffer.concat([posts, headers]);
    const pieces: Buffer[] = [];
    for (let at = 0; at < block.length; at += 16 * KIB) {
      const last = at + 16 * KIB >= block.length ? FLAG.endHeaders : 0;
      const kind = at === 0 ? FRAME.headers : FRAME.continuation;
      const end = at === 0 ? FLAG.endStream : 0;
      pieces.push(http2Frame(kind, stream, block.subarray(at, at + 16 * KIB), last | end));
    }
    return pieces;
  }
}

/** More of a header block that does not end. */
function continuation(bytes: number): Buffer {
  const header = bytes === 0 ? Buffer.alloc(0) : headerOf('x', 'y'.repeat(bytes));
  return http2Frame(FRAME.continuation, 1, header);
}

interface FloodTerms {
  readonly before?: Buffer;
  /** Reads nothing of what is answered. */
  readonly deaf?: true;
  /** In one write. */
  readonly each?: number;
}

/** The same again and again, each time with the number of a next stream, until the server ends it. */
function flood(
  name: string,
  next: (stream: number) => readonly Buffer[],
  { before, deaf, each = AT_ONCE }: FloodTerms = {},
): AttackCase {
  return {
    name: `HTTP/2: ${name}`,
    expect: /^goaway \d+$|^cut$/,
    run: async (place) => {
      const connection = await connected(place);
      if (before !== undefined) connection.write(before);
      if (deaf) connection.socket.pause();
      return floodOver(connection, next, { first: before === undefined ? 1 : 3, each });
    },
  };
}

/** As many streams as are allowed, and then nothing more: what the server does with them. */
async function openMany(
  place: RawPlace,
  begin: (stream: number) => Buffer,
  settings: readonly (readonly [number, number])[] = [],
) {
  const connection = await connected(place, settings);
  connection.write(Buffer.concat(Array.from({ length: MANY }, (_, index) => begin(2 * index + 1))));
  const zeroWindow = settings.length > 0;
  const looking = setInterval(() => {
    const { answered, reset } = connection;
    if (reset.size === MANY) connection.settle('reset');
    else if (!zeroWindow && new Set([...answered, ...reset.keys()]).size === MANY)
      connection.settle('answered');
  }, 50);
  const ending = await connection.ended(zeroWindow ? 2 * PATIENCE : PATIENCE);
  clearInterval(looking);
  return ending;
}

async function openOnMany(place: RawPlace, begin: (stream: number) => Buffer) {
  const endings = await Promise.all(Array.from({ length: CONNECTIONS }, () => openMany(place, begin)));
  return endings.reduce((last, ending) => (ending.after > last.after ? ending : last));
}

async function connected(
  place: RawPlace,
  settings: readonly (readonly [number, number])[] = [],
): Promise<Http2Connection> {
  const connection = Http2Connection.to(place, settings);
  await connection.ready;
  connection.start();
  return connection;
}
