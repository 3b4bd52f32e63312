import { CLOSE } from '@sotto/protocol';
import { MAX_SOCKET_BYTES, SOCKET_CHECK_INTERVAL, STUCK_AFTER } from '../constants.ts';
import type { Events } from '../events.ts';

/** A chat socket as the one sees it that watches over all of them. */
export interface BoundSocket {
  /** Bytes held for it: what has come of a message that is not whole, and what it has not read. */
  held(): number;
  /** Milliseconds since something of that moved, 0 when nothing is held. */
  stuckFor(now: number): number;
  /** Say why, and hang up a moment later whether it was heard or not. */
  hangUp(code: number): void;
}

/**
 * Close what could otherwise fill the memory together with others of its kind: sockets on which a message or
 * its reading has stopped half-way, and the largest ones while all of them hold too much. Returns how to stop.
 */
export function boundSockets(sockets: Iterable<BoundSocket>, events: Events): () => void {
  const timer = setInterval(() => checkSockets(sockets, events, performance.now()), SOCKET_CHECK_INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}

export function checkSockets(sockets: Iterable<BoundSocket>, events: Events, now: number): void {
  const hangUp = (socket: BoundSocket, code: number): void => {
    events.count('socket-bounded');
    socket.hangUp(code);
  };
  const holding: { readonly socket: BoundSocket; readonly bytes: number }[] = [];
  let total = 0;
  for (const socket of [...sockets]) {
    const bytes = socket.held();
    if (bytes === 0) continue;
    if (socket.stuckFor(now) > STUCK_AFTER) {
      hangUp(socket, CLOSE.policy);
      continue;
    }
    total += bytes;
    holding.push({ socket, bytes });
  }
  if (total <= MAX_SOCKET_BYTES) return;
  for (const { socket, bytes } of holding.toSorted((left, right) => right.bytes - left.bytes)) {
    hangUp(socket, CLOSE.tryAgainLater);
    total -= bytes;
    if (total <= MAX_SOCKET_BYTES) return;
  }
}
