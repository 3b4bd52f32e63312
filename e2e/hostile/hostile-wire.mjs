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
const PASSED_ON = '/sotto/link/v1/onion';
const ANSWERED = [PASSED_ON, '/onion_req/v2'];

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

const links = new Set();
const connect = http2.connect;
http2.connect = (...args) => {
  const session = connect(...args);
  const request = session.request.bind(session);
  links.add({ session, request });
  session.once('close', () => {
    for (const link of links) if (link.session === session) links.delete(link);
  });
  session.request = (headers, ...more) => {
    const others = [...links].filter((link) => link.session !== session && !link.session.closed);
    const possible = others.length > 0 ? undefined : WHERE_IT_IS_MEANT;
    const deed = headers[':path'] === PASSED_ON ? turnOfPassedOn(possible) : undefined;
    if (deed === 'misroute') {
      const elsewhere = others[randomInt(others.length)];
      note('misroute');
      return elsewhere.request(headers, ...more);
    }
    const stream = request(headers, ...more);
    const end = stream.end.bind(stream);
    if (deed === 'alter') {
      note(deed);
      stream.end = (body) => end(altered(body));
    } else if (deed === 'drop') {
      note(deed);
      // The headers have left; what they announce never comes.
      stream.end = () => stream;
    } else if (deed === 'replay') {
      note(deed);
      stream.end = (body) => {
        end(body);
        const again = request(headers, ...more);
        again.on('error', () => undefined);
        again.resume();
        return again.end(body);
      };
    } else if (deed === 'garble') {
      note(deed);
      const emit = stream.emit.bind(stream);
      stream.emit = (event, part, ...rest) =>
        emit(event, event === 'data' ? randomBytes(part.length) : part, ...rest);
    }
    return stream;
  };
  return session;
};

for (const Response of [ServerResponse, http2.Http2ServerResponse]) {
  const { end } = Response.prototype;
  Response.prototype.end = function answer(body, ...rest) {
    const path = this.req?.url;
    if (!Buffer.isBuffer(body) && !(body instanceof Uint8Array)) return end.call(this, body, ...rest);
    const deed = ANSWERED.includes(path) && body.length > 0 ? turnOfAnswer() : undefined;
    if (deed === undefined) return end.call(this, body, ...rest);
    note(deed);
    return end.call(this, deed === 'answer altered' ? altered(body) : randomBytes(body.length), ...rest);
  };
}
syncBuiltinESMExports();
