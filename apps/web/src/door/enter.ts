import {
  type Admitted,
  connectLocalApi,
  encodeHello,
  type LocalApi,
  LocalApiError,
  parseAdmitted,
} from '@sotto/local-api';
import type { Pass } from './pass.ts';
import { webSocketChannel } from './web-socket-channel.ts';

/** How long the program may take to answer at the door. */
const ANSWER_MS = 10_000;

export interface Entered {
  readonly api: LocalApi;
  /** What this tab shows from now on, and by what it knows the program. */
  readonly admitted: Admitted;
}

/**
 * Open a socket to the program that served this page and show the pass. Rejects with LocalApiError
 * `not-admitted`, also where somebody else answers at its address, or `closed` when nobody does.
 */
export async function enter({ shown, proof }: Pass): Promise<Entered> {
  const socket = new WebSocket(`ws://${location.host}/api`);
  try {
    const line = await firstLine(socket, encodeHello(shown));
    const admitted = parseAdmitted(line, proof);
    return { api: connectLocalApi(webSocketChannel(socket)), admitted };
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
