import { fromUtf8, toBase64, utf8 } from '@sotto/bytes';
import {
  decodeEnvelope,
  decodeFrame,
  ENVELOPE_TYPE,
  encodeFrame,
  formatJson,
  formatMessageList,
  HEADER,
  NO_HEADERS,
  PATH,
} from '@sotto/protocol';
import { type ClientOptions, WebSocket } from 'ws';
import { REGISTRATION_ID, type RelayUser } from '../peers/relay-users.ts';
import type { Dialect, Hearer, LoadConnection } from './dialect.ts';

/** What a text of 1 KiB is once it is sealed and padded. */
const SEALED = 2_560;

/**
 * Our relay as our clients use it: an authenticated socket to receive, an anonymous one to send with the
 * recipient's access key. What it carries is as large as the seal of a text of 1 KiB; the relay cannot tell
 * that it is none.
 */
export function sottoDialect(users: readonly RelayUser[]): Dialect {
  const byName = new Map(users.map((user) => [user.name, user]));
  return {
    connections: 2,
    connect: async (port, index, hearer) => {
      const user = users[index];
      if (user === undefined) throw new Error('not so many users are registered');
      const url = `ws://127.0.0.1:${port}${PATH.socket}`;
      const localAddress = addressOf(index);
      const headers = { authorization: user.authorization };
      const inbox = openSocket(url, hearer, { headers, localAddress });
      const outbox = openSocket(url, hearer, { localAddress });
      inbox.on('message', (data: Buffer) => receive(inbox, data, hearer));
      await Promise.all([opened(inbox), opened(outbox)]);
      return connectionOf(user, byName, inbox, outbox, hearer);
    },
  };
}

/** Everybody has an address of their own, as users have: a relay bounds what comes from one. */
function addressOf(index: number): string {
  return `127.200.${index >> 8}.${index & 0xff}`;
}

interface Sent {
  readonly to: string;
  readonly text: string;
  accepted(): void;
}

function connectionOf(
  user: RelayUser,
  byName: ReadonlyMap<string, RelayUser>,
  inbox: WebSocket,
  outbox: WebSocket,
  hearer: Hearer,
): LoadConnection {
  const waiting = new Map<bigint, Sent>();
  /** Refused for now, and what was to be sent since; in order. */
  let refused: Sent[] = [];
  let sent = 0n;
  const send = (message: Sent): void => {
    const { to, text } = message;
    waiting.set(++sent, message);
    outbox.send(sendFrame(sent, to, byName.get(to)?.accessKey ?? new Uint8Array(16), text));
  };
  const sendAgain = (): void => {
    const due = refused;
    refused = [];
    for (const message of due) send(message);
  };
  outbox.on('message', (data: Buffer) => {
    const frame = decodeFrame(data);
    const message = frame.kind === 'response' ? waiting.get(frame.id) : undefined;
    if (frame.kind !== 'response' || message === undefined) return;
    waiting.delete(frame.id);
    if (frame.status === 200) message.accepted();
    else if (frame.status === TOO_MANY) {
      const seconds = Number(frame.headers.get(HEADER.retryAfter));
      if (refused.push(message) === 1) setTimeout(sendAgain, seconds * 1_000);
    } else hearer.failed(`the relay answered ${frame.status}`);
  });
  return {
    address: user.name,
    send: (to, text, accepted) => {
      const message = { to, text, accepted };
      if (refused.length > 0) refused.push(message);
      else send(message);
    },
    close: async () => {
      refused = [];
      inbox.terminate();
      outbox.terminate();
    },
  };
}

/** Comes with the time after which a client is to come again; until then it would be refused all the same. */
const TOO_MANY = 429;

function sendFrame(id: bigint, to: string, accessKey: Uint8Array, text: string): Uint8Array {
  const content = new Uint8Array(SEALED);
  content.set(utf8(text));
  const list = {
    messages: [
      {
        type: ENVELOPE_TYPE.sealed,
        destinationDeviceId: 1,
        destinationRegistrationId: REGISTRATION_ID,
        content,
      },
    ],
    timestamp: Date.now(),
    online: false,
    urgent: true,
  };
  return encodeFrame({
    kind: 'request',
    id,
    verb: 'PUT',
    path: PATH.messagesTo(to),
    headers: new Map([
      [HEADER.contentType, 'application/json'],
      [HEADER.accessKey, toBase64(accessKey)],
    ]),
    body: formatJson(formatMessageList(list)),
  });
}

function receive(inbox: WebSocket, data: Buffer, hearer: Hearer): void {
  const frame = decodeFrame(data);
  if (frame.kind !== 'request' || frame.id === undefined) return;
  inbox.send(
    encodeFrame({ kind: 'response', id: frame.id, status: 200, message: 'OK', headers: NO_HEADERS }),
  );
  if (frame.path !== PATH.message || frame.body === undefined) return;
  const { content = new Uint8Array(0) } = decodeEnvelope(frame.body);
  const end = content.indexOf(0);
  hearer.message(fromUtf8(content.slice(0, end < 0 ? undefined : end)));
}

function openSocket(url: string, hearer: Hearer, options: ClientOptions = {}): WebSocket {
  const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
  socket.on('close', () => hearer.failed('the relay hung up'));
  return socket;
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
}
