// Loaded into a storage node before its own code (`node --import`), it makes a hop that lies: for a share of
// the onion packets that it passes on or answers it does something else than it should. Everything else, its
// keys, links and mailboxes, stays as it is, so that it keeps its place in paths and swarms.
//
// HOSTILE_SHARE: how many of the packets, 0 to 1. HOSTILE_LOG: a file that gets one line for each deed.
import { randomBytes, randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import http2 from 'node:http2';
import { syncBuiltinESMExports } from 'node:module';

const SHARE = Number(process.env.HOSTILE_SHARE ?? '0.3');
const LOG = process.env.HOSTILE_LOG;
const FROM_CLIENTS = '/onion_req/v2';
/** Between nodes packets go in parts over one stream of a link (docs/spec/storage-node.md, Links). */
const FRAMES = '/sotto/link/v1/frames';
const [ONION, REPLY, MORE, HEAD] = [1, 4, 0x80, 9];

const note = (deed) => {
  if (LOG) appendFileSync(LOG, `${deed}\n`);
};
/** Whose turn it is: each kind of deed once before any of them comes again, so that a short run has them all. */
const turns = (kinds) => {
  let left = [];
  return (possible = kinds) => {
    if (Math.random() >= SHARE) return undefined;
    if (left.length === 0) left = [...kinds];
    const open = left.filter((kind) => possible.includes(kind));
    const deed = open[randomInt(Math.max(1, open.length))] ?? possible[randomInt(possible.length)];
    left = left.filter((kind) => kind !== deed);
    return deed;
  };
};
const WHERE_IT_IS_MEANT = ['alter', 'drop', 'replay', 'garble'];
const turnOfPassedOn = turns([...WHERE_IT_IS_MEANT, 'misroute']);
const turnOfAnswer = turns(['answer altered', 'answer garbage']);

/** The same length with one byte changed. */
function altered(bytes) {
  const other = Buffer.from(bytes);
  const at = randomInt(other.length);
  other[at] = (other[at] ?? 0) ^ (1 + randomInt(255));
  return other;
}

/** Whole parts of what comes in pieces. */
function partReader() {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const parts = [];
    while (rest.length >= HEAD && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      parts.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return parts;
  };
}
const idOf = (part) => part.readUInt32BE(4);
const kindOf = (part) => part[HEAD - 1];
const withId = (part, id) => {
  const other = Buffer.from(part);
  other.writeUInt32BE(id, 4);
  return other;
};
/** A number that the node itself does not come to. */
const strangeId = () => 0x8000_0000 + randomInt(0x7fff_ffff);
/** With another payload from so many bytes on. */
const changed = (part, from, change) =>
  Buffer.concat([part.subarray(0, HEAD + from), change(part.subarray(HEAD + from))]);

/** Read and write a stream in whole parts: what goes out, and what comes in, goes through these. */
function meddle(stream, { sent, came }) {
  const [outgoing, incoming] = [partReader(), partReader()];
  const [write, emit] = [stream.write.bind(stream), stream.emit.bind(stream)];
  stream.write = (bytes, ...rest) => write(Buffer.concat(outgoing(bytes).flatMap(sent)), ...rest);
  stream.emit = (event, bytes, ...rest) => {
    if (event !== 'data') return emit(event, bytes, ...rest);
    const parts = incoming(bytes).map(came);
    return parts.length === 0 ? true : emit(event, Buffer.concat(parts), ...rest);
  };
  return write;
}

const links = new Set();
const connect = http2.connect;
http2.connect = (...args) => {
  const session = connect(...args);
  const request = session.request.bind(session);
  session.request = (headers, ...more) => {
    const stream = request(headers, ...more);
    if (headers[':path'] === FRAMES) passOn(session, stream);
    return stream;
  };
  return session;
};

function passOn(session, stream) {
  const garbled = new Set();
  const link = { session, write: undefined };
  link.write = meddle(stream, {
    sent: (part) => {
      if (kindOf(part) !== ONION) return [part];
      const others = [...links].filter((other) => other !== link && !other.session.closed);
      const deed = turnOfPassedOn(others.length > 0 ? undefined : WHERE_IT_IS_MEANT);
      if (deed === undefined) return [part];
      note(deed);
      if (deed === 'alter') return [changed(part, 0, altered)];
      if (deed === 'drop') return [];
      if (deed === 'replay') return [part, withId(part, strangeId())];
      if (deed === 'misroute') {
        others[randomInt(others.length)].write(withId(part, strangeId()));
        return [];
      }
      garbled.add(idOf(part));
      return [part];
    },
    // Behind the status.
    came: (part) =>
      garbled.delete(idOf(part)) && (kindOf(part) & ~MORE) === REPLY
        ? changed(part, 2, (body) => randomBytes(body.length))
        : part,
  });
  links.add(link);
  session.once('close', () => links.delete(link));
}

const createSecureServer = http2.createSecureServer;
http2.createSecureServer = (...args) => {
  const server = createSecureServer(...args);
  server.on('session', (session) => {
    session.on('stream', (stream, headers) => {
      if (headers[':path'] === FRAMES) answerLink(stream);
    });
  });
  return server;
};

function answerLink(stream) {
  const onions = new Set();
  meddle(stream, {
    sent: (part) => {
      const isWhole = kindOf(part) === REPLY && part.length > HEAD + 2;
      const deed = onions.delete(idOf(part)) && isWhole ? turnOfAnswer() : undefined;
      if (deed === undefined) return [part];
      note(deed);
      const lie = deed === 'answer altered' ? altered : (body) => randomBytes(body.length);
      return [changed(part, 2, lie)];
    },
    came: (part) => {
      if ((kindOf(part) & ~MORE) === ONION) onions.add(idOf(part));
      return part;
    },
  });
}

for (const Response of [ServerResponse, http2.Http2ServerResponse]) {
  const { end } = Response.prototype;
  Response.prototype.end = function answer(body, ...rest) {
    const path = this.req?.url;
    if (!Buffer.isBuffer(body) && !(body instanceof Uint8Array)) return end.call(this, body, ...rest);
    const deed = path === FROM_CLIENTS && body.length > 0 ? turnOfAnswer() : undefined;
    if (deed === undefined) return end.call(this, body, ...rest);
    note(deed);
    return end.call(this, deed === 'answer altered' ? altered(body) : randomBytes(body.length), ...rest);
  };
}
syncBuiltinESMExports();
