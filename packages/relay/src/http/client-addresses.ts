import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP, SocketAddress } from 'node:net';
import { addressOf } from '@sotto/limits';
import { HEADER } from '@sotto/protocol';
import { RelayError } from '../errors.ts';

/** Hops that are looked at; a list of more is nobody's honest one. */
const MAX_HOPS = 16;

/** Whose address a connection has, where some of them come through proxies of the operator's. */
export interface ClientAddresses {
  /** Whether an address is that of a proxy. */
  isProxy(address: string): boolean;
  /**
   * The address of the client: of whoever is connected, unless that is a proxy. Then the last address of
   * `X-Forwarded-For` that is no proxy's; what stands before it was written by the client.
   */
  of(peer: Peer, forwardedFor: string | undefined): string;
}

interface Peer {
  readonly remoteAddress?: string | undefined;
}

/** The address of the client whose request it is, by either version of HTTP. */
export function clientOf(
  { addresses }: { readonly addresses: ClientAddresses },
  { socket, headers }: { readonly socket: Peer; readonly headers: IncomingHttpHeaders },
): string {
  return addresses.of(socket, headers[HEADER.forwardedFor]?.toString());
}

/**
 * `proxies` are addresses, or networks as `10.0.0.0/8`; `unnamed` is told, once, when one of them does not say whose
 * request it brings. Throws RelayError `bad-proxy`.
 */
export function createClientAddresses(
  proxies: readonly string[],
  unnamed: () => void = () => undefined,
): ClientAddresses {
  let told = false;
  const list = new BlockList();
  for (const proxy of proxies) addTo(list, proxy);
  const isProxy = (address: string): boolean => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
  return {
    isProxy,
    of: (peer, forwardedFor) => {
      let address = addressOf(peer);
      let isNamed = !isProxy(address);
      const hops = (forwardedFor ?? '').split(',').slice(-MAX_HOPS);
      while (isProxy(address)) {
        const hop = readHop(hops.pop() ?? '');
        if (hop === undefined) break;
        address = hop;
        isNamed = true;
      }
      if (!isNamed && !told) unnamed();
      told ||= !isNamed;
      return address;
    },
  };
}

function addTo(list: BlockList, proxy: string): void {
  const [address = '', bits, ...more] = proxy.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  try {
    if (more.length > 0 || isIP(address) === 0) throw new TypeError('no address');
    if (bits === undefined) list.addAddress(address, family);
    else if (/^[0-9]{1,3}$/.test(bits)) list.addSubnet(address, Number(bits), family);
    else throw new TypeError('no length of a network');
  } catch (error) {
    throw new RelayError('bad-proxy', 'a trusted proxy is an IP address, or a network as 10.0.0.0/8', {
      cause: error,
    });
  }
}

/** One hop as proxies write them, some with a port; in the form in which the system writes addresses. */
function readHop(text: string): string | undefined {
  const bare = text.trim().replace(/^\[([0-9a-fA-F:.]+)\](?::[0-9]{1,5})?$/, '$1');
  const address = isIP(bare) === 0 ? bare.replace(/:[0-9]{1,5}$/, '') : bare;
  if (isIP(address) === 0) return undefined;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return addressOf({ remoteAddress: new SocketAddress({ address, family }).address });
}
