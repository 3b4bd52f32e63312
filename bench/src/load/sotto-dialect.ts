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
    connect: async (port, index, hearer) => {
      const user = users[index];
      if (user === undefined) throw new Error('not so many users are registered');
      const url = `ws://127.0.0.1:${port}${PATH.socket}`;
      const inbox = openSocket(url, hearer, { headers: { authorization: user.authorization } });
      const outbox = openSocket(url, hearer);
      inbox.on('message', (data: Buffer) => receive(inbox, data, hearer));
      await Promise.all([opened(inbox), opened(outbox)]);
      return connectionOf(user, byName, inbox, outbox, hearer);
    },
  };
}

function connectionOf(
  user: RelayUser,
  byName: ReadonlyMap<string, RelayUser>,
  inbox: WebSocket,
  outbox: WebSocket,
  hearer: Hearer,
): LoadConnection {
  const waiting = new Map<bigint, () => void>();
  let sent = 0n;
  outbox.on('message', (data: Buffer) => {
    const frame = decodeFrame(data);
    if (frame.kind !== 'response') return;
    if (frame.status !== 200) hearer.failed(`the relay answered ${frame.status}`);
    waiting.get(frame.id)?.();
    waiting.delete(frame.id);
  });
  return {
    address: user.name,
    send: (to, text, accepted) => {
      waiting.set(++sent, accepted);
      outbox.send(sendFrame(sent, to, byName.get(to)?.accessKey ?? new Uint8Array(16), text));
    },
    close: async () => {
      inbox.terminate();
      outbox.terminate();
    },
  };
}

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
