import { once } from 'node:events';
import { PATIENCE } from './attack-case.ts';
import type { Ending } from './end-watch.ts';
import type { Http2Connection } from './http2-connection.ts';

export interface FloodOver {
  /** Number of the first stream; each further one is two more. */
  readonly first: number;
  /** So many in one write. */
  readonly each: number;
}

/** The same again and again over one connection, until the other side ends it or for too long. */
export async function floodOver(
  connection: Http2Connection,
  next: (stream: number) => readonly Buffer[],
  { first, each }: FloodOver,
): Promise<Ending> {
  const end = performance.now() + PATIENCE;
  let stream = first;
  while (!connection.isOver && performance.now() < end) {
    const frames: Buffer[] = [];
    for (let count = 0; count < each; count++, stream += 2) frames.push(...next(stream));
    if (!connection.write(Buffer.concat(frames))) await drained(connection);
    // What the other side says is heard between two writes.
    await new Promise(setImmediate);
  }
  connection.socket.resume();
  return connection.ended(0);
}

async function drained({ socket }: Http2Connection): Promise<void> {
  if (socket.destroyed) return;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), 250);
  await Promise.race([
    once(socket, 'drain', { signal: late.signal }),
    once(socket, 'close', { signal: late.signal }),
  ])
    .catch(() => undefined)
    .finally(() => {
      clearTimeout(timer);
      late.abort();
    });
}
