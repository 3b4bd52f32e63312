import type { WebSocket } from 'ws';

/** A tab that sleeps does not answer for a while; one that is gone never does. */
const PING_MS = 30_000;

/** Ask each page now and then whether it is there, and let go of who did not answer the last time. Returns what ends it. */
export function keepAlive(sockets: ReadonlySet<WebSocket>): () => void {
  const asked = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (asked.has(socket)) {
        socket.terminate();
        continue;
      }
      asked.add(socket);
      socket.once('pong', () => asked.delete(socket));
      socket.ping();
    }
  }, PING_MS);
  timer.unref();
  return () => clearInterval(timer);
}
