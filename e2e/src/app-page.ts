import { once } from 'node:events';
import {
  type ChannelListener,
  connectLocalApi,
  encodeHello,
  type Hello,
  type LocalApi,
  type LocalEvent,
  parseAdmitted,
} from '@sotto/local-api';
import { WebSocket } from 'ws';

/** A page of a running app, without the drawing. */
export interface AppPage {
  readonly api: LocalApi;
  /** For a tab that comes back. */
  readonly session: string;
  /** All that came in, the oldest first. */
  readonly events: readonly LocalEvent[];
}

/** Go in by the link of an app, as its page does. Rejects with LocalApiError `not-admitted`. */
export async function openAppPage(url: string, shown?: Hello): Promise<AppPage> {
  const { host, hash } = new URL(url);
  const socket = new WebSocket(`ws://${host}/api`, { headers: { Origin: `http://${host}` } });
  const lines: string[] = [];
  let listener: ChannelListener | undefined;
  let first: ((line: string) => void) | undefined;
  const admitted = new Promise<string>((resolve) => {
    first = resolve;
  });
  socket.on('message', (data) => {
    const line = String(data);
    if (first !== undefined) {
      first(line);
      first = undefined;
    } else if (listener === undefined) lines.push(line);
    else listener.line(line);
  });
  socket.on('close', () => listener?.closed());
  await once(socket, 'open');
  socket.send(encodeHello(shown ?? { secret: hash.replace('#t=', '') }));
  const { session } = parseAdmitted(await admitted);
  const api = connectLocalApi({
    listen: (given) => {
      listener = given;
      for (const line of lines.splice(0)) given.line(line);
    },
    send: async (line) => socket.send(line),
    close: () => socket.close(),
  });
  const events: LocalEvent[] = [];
  api.onEvent((event) => events.push(event));
  return { api, session, events };
}
