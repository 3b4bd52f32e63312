import type { Socket } from 'node:net';

/** Of each connection of HTTP/1.1, whom to tell when it has ended. */
const listeners = new WeakMap<Socket, Set<() => void>>();

/**
 * Call back when a connection of HTTP/1.1 has ended; returns what ends the listening. Of several requests that were
 * sent one behind the other, node:http tells only the first that nobody reads its answer any more.
 */
export function whenGone(socket: Socket, gone: () => void): () => void {
  let told = listeners.get(socket);
  if (told === undefined) {
    const all = new Set<() => void>();
    told = all;
    listeners.set(socket, all);
    socket.once('close', () => {
      for (const one of all) one();
    });
  }
  told.add(gone);
  return () => told.delete(gone);
}
