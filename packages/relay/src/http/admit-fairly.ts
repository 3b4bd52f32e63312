import type { Server } from 'node:net';
import { addressOf, clientAt, FairShare } from '@sotto/limits';
import type { RelayContext } from '../context.ts';

type Door = Pick<RelayContext, 'events' | 'addresses'>;

/**
 * Bound the connections of a server, in all and for each address. Who has as many as are free is cut off before
 * a word: TCP has none for it, and TLS would cost more than the connection. A proxy of the operator's may have all.
 */
export function admitFairly(server: Server, { events, addresses }: Door, most: number): void {
  server.maxConnections = most;
  const share = new FairShare(most);
  server.on('connection', (socket) => {
    const address = addressOf(socket);
    if (addresses.isProxy(address)) {
      share.occupy(1);
      socket.once('close', () => share.vacate(1));
      return;
    }
    if (!share.take(clientAt(address))) {
      events.count('connection-refused');
      socket.destroy();
      return;
    }
    socket.once('close', () => share.giveBack(address));
  });
}
