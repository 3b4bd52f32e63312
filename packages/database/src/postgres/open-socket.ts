import { connect, type Socket } from 'node:net';
import type { PostgresTarget } from './postgres-url.ts';

/** A server that does not even accept a connection in so long is not there, milliseconds. */
const CONNECT_TIMEOUT = 3_000;
/** A way that is cut without a word is noticed after about this, when nothing else does, milliseconds. */
const KEEP_ALIVE = 10_000;

/** A connected socket, ours to cut off: the driver would leave one that hangs to the operating system. */
export function openSocket({ host, port, path }: PostgresTarget): Promise<Socket> {
  const socket = path === undefined ? connect({ host, port }) : connect({ path });
  return new Promise((resolve, reject) => {
    const give = setTimeout(() => socket.destroy(noAnswer()), CONNECT_TIMEOUT);
    socket.once('connect', () => {
      clearTimeout(give);
      socket.removeAllListeners('error');
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE);
      resolve(socket);
    });
    socket.once('error', (error) => {
      clearTimeout(give);
      reject(error);
    });
  });
}

function noAnswer(): Error {
  return Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
}
