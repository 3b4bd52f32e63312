import { toHex } from '@sotto/bytes';
import type { ServerAddress } from './ask-server.ts';
import { ForeignRelay, type ForeignRelayRequest } from './foreign-relay.ts';
import { MAX_FOREIGN_RELAYS } from './limits.ts';

/** What is known of the relays of others, by address and key; a few of them. */
export class ForeignRelays {
  readonly #request: Omit<ForeignRelayRequest, 'server'>;
  readonly #known = new Map<string, ForeignRelay>();

  constructor(request: Omit<ForeignRelayRequest, 'server'>) {
    this.#request = request;
  }

  at(server: ServerAddress): ForeignRelay {
    const { protocol, host, port, x25519 } = server;
    const name = `${protocol}://${host}:${port} ${toHex(x25519)}`;
    const relay = this.#known.get(name) ?? new ForeignRelay({ ...this.#request, server });
    // The order of the map is that of the last use.
    this.#known.delete(name);
    this.#known.set(name, relay);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_FOREIGN_RELAYS && oldest !== undefined) this.#known.delete(oldest);
    return relay;
  }
}
