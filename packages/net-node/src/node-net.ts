import type { RelayNet } from '@sotto/transport-relay';
import { checkWay } from './dial.ts';
import { type NetOptions, openSocket } from './open-socket.ts';

/** The relay road's network on Node. Throws NetError `bad-source`. */
export function nodeNet(options: NetOptions = {}): RelayNet {
  const way = checkWay(options);
  return { open: (request) => openSocket(request, way) };
}
