import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { addressOf } from '@sotto/limits';
import { HEADER } from '@sotto/protocol';
import type { WebSocket } from 'ws';
import { MAX_SOCKETS_OF_SESSION, RETRY_WHEN_BUSY_SECONDS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { clientOf } from '../http/client-addresses.ts';
import type { UpgradeTerms } from '../http/decide-upgrade.ts';
import { countedStream } from '../socket/adopt-stream.ts';
import type { ChatSockets } from '../socket/chat-sockets.ts';
import { boundAnswer } from './bound-stream.ts';
import type { OpenedStream } from './sessions.ts';
import { afterAnswers } from './unanswered.ts';

/** Chat sockets that each session has open, or would like to have. */
const socketsOf = new WeakMap<Http2Session, number>();

/** Answer a CONNECT: one that wants a WebSocket (RFC 8441) as an upgrade of HTTP/1.1 is answered, any other with 405. */
export async function openSocket(
  context: RelayContext,
  sockets: ChatSockets,
  opened: OpenedStream,
): Promise<void> {
  const { stream, headers, socket } = opened;
  const { session } = stream;
  if (session === undefined) return;
  const from = clientOf(context, opened);
  // A proxy of the operator's has many clients, and one session for several of them.
  const room = context.addresses.isProxy(addressOf(socket)) || hasRoom(session);
  belongTo(session, stream);
  const decision =
    headers[':protocol'] === 'websocket'
      ? await sockets.decide({ url: headers[':path'] ?? '', headers }, room)
      : 405;
  // It was reset while it was being decided about.
  if (stream.destroyed || stream.closed) return;
  if (typeof decision === 'number') {
    const again = decision === 503 ? { [HEADER.retryAfter]: String(RETRY_WHEN_BUSY_SECONDS.most) } : {};
    boundAnswer(stream);
    stream.respond({ ...head(context, decision), ...again }, { endStream: true });
    return;
  }
  const { alerts = [] } = decision;
  stream.respond({ ...head(context, 200), ...(alerts.length > 0 && { [HEADER.alert]: [...alerts] }) });
  serve(sockets, { session, stream, from, terms: decision });
}

function hasRoom(session: Http2Session): boolean {
  return (socketsOf.get(session) ?? 0) < MAX_SOCKETS_OF_SESSION;
}

interface Granted {
  readonly session: Http2Session;
  readonly stream: ServerHttp2Stream;
  readonly from: string;
  readonly terms: UpgradeTerms;
}

/* Out here for the reason that `chat-sockets.ts` gives: a socket must not keep the headers that it came with. */

function serve(sockets: ChatSockets, { session, stream, from, terms }: Granted): void {
  const counted = countedStream(stream);
  const socket = sockets.adopt(stream);
  closeAfterAnswers(session, socket);
  sockets.serve({ socket, stream: counted, from, ...terms });
}

function belongTo(session: Http2Session, stream: ServerHttp2Stream): void {
  socketsOf.set(session, (socketsOf.get(session) ?? 0) + 1);
  stream.once('close', () => socketsOf.set(session, (socketsOf.get(session) ?? 1) - 1));
}

function closeAfterAnswers(session: Http2Session, socket: WebSocket): void {
  const close = socket.close.bind(socket);
  socket.close = (code, reason) => afterAnswers(session, () => close(code, reason));
}

function head({ now }: RelayContext, status: number) {
  return { ':status': status, [HEADER.timestamp]: String(now()) };
}
