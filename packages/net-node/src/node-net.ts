import type { RelayNet } from '@sotto/transport-relay';
import { openSocket } from './open-socket.ts';

/** The relay road's network on Node. `authorities` (PEM) replaces the system's. */
export function nodeNet(authorities?: string): RelayNet {
  return { open: (request) => openSocket(request, authorities) };
}
