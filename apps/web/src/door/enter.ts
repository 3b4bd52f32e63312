import {
  connectLocalApi,
  encodeHello,
  type Hello,
  type LocalApi,
  LocalApiError,
  parseAdmitted,
} from '@sotto/local-api';
import { webSocketChannel } from './web-socket-channel.ts';

/** How long the program may take to answer at the door. */
const ANSWER_MS = 10_000;

export interface Entered {
  readonly api: LocalApi;
  /** What this tab shows from now on. */
  readonly session: string;
}

/**
 * Open a socket to the program that served this page and show the pass. Rejects with LocalApiError
 * `not-admitted`, or `closed` when nobody answers.
 */
export async function enter(pass: Hello): Promise<Entered> {
  const socket = new WebSocket(`ws://${location.host}/api`);
  try {
    const line = await firstLine(socket, encodeHello(pass));
    const session = parseAdmitted(line);
    return { api: connectLocalApi(webSocketChannel(socket)), session };
  } catch (error) {
    socket.close();
    throw error;
  }
}

function firstLine(socket: WebSocket, hello: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const ending = new AbortController();
    const { signal } = ending;
    const end = (act: () => void) => {
      clearTimeout(timer);
      ending.abort();
      act();
    };
    const fail = () =>
      end(() => reject(new LocalApiError('closed', 'the program behind this page does not answer')));
    const timer = setTimeout(fail, ANSWER_MS);
    socket.addEventListener('open', () => socket.send(hello), { signal });
    socket.addEventListener('message', ({ data }) => end(() => resolve(String(data))), { signal });
    socket.addEventListener('close', fail, { signal });
  });
}
