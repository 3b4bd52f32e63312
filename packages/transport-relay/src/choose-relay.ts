import type { RelayAddress } from '@sotto/identity';
import type { ServerAddress } from './ask-server.ts';
import { isPublicHost } from './public-host.ts';

export type RelayChoice =
  /** The relay of this road, which is dialled. */
  | { readonly outcome: 'own' }
  /** Another one; never dialled, only asked through the onion network. */
  | { readonly outcome: 'foreign'; readonly server: ServerAddress }
  /** None of them can be asked. */
  | { readonly outcome: 'none' };

/**
 * Which relay to ask about an account whose record names `named`. One's own whenever it is among them,
 * whatever else the record says of it; or when there are none, since a record may be older than the
 * registration. Else the first that can be reached by a key, leaving out addresses that lead into the
 * last hop's own network, unless this is a network on one machine.
 */
export function chooseRelay(own: RelayAddress, named: readonly RelayAddress[]): RelayChoice {
  if (named.length === 0 || named.some(({ url }) => url === own.url)) return { outcome: 'own' };
  for (const each of named) {
    const server = serverAt(own, each);
    if (server !== undefined) return { outcome: 'foreign', server };
  }
  return { outcome: 'none' };
}

/** How a relay is asked through the onion network by whoever has an account at `own`; undefined where it cannot be. */
export function serverAt(own: RelayAddress, { url, onionKey }: RelayAddress): ServerAddress | undefined {
  if (onionKey === undefined) return undefined;
  const server = serverOf(url, onionKey);
  return isLoopback(new URL(own.url).hostname) || isPublicHost(server.host) ? server : undefined;
}

/** A record's relay URL is an origin: the record's reader has seen to that. */
function serverOf(url: string, x25519: ServerAddress['x25519']): ServerAddress {
  const { protocol, hostname, port } = new URL(url);
  const plain = protocol === 'http:';
  const standard = plain ? 80 : 443;
  return {
    protocol: plain ? 'http' : 'https',
    host: hostname,
    port: port === '' ? standard : Number(port),
    x25519,
  };
}

/** As parseRelayUrl has it. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(host);
}
