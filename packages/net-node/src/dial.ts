import { connect, isIP, type Socket } from 'node:net';
import type { Address } from './address.ts';
import { throughHttp } from './dial-through-http.ts';
import { throughSocks } from './dial-through-socks.ts';
import { NetError } from './errors.ts';
import type { ProxyAddress } from './proxy.ts';

/** How connections of a client leave this machine. */
export interface Way {
  /** Every connection goes through it, or nowhere: no other address is dialled, no name looked up but the proxy's own. */
  readonly proxy?: ProxyAddress;
  /** Local address to dial from. */
  readonly source?: string;
}

/** Throws NetError `bad-source`. */
export function checkWay<Given extends Way>(way: Given): Given {
  if (way.source !== undefined && isIP(way.source) === 0) {
    throw new NetError('bad-source', 'the address to dial from is an IP address');
  }
  return way;
}

/**
 * A TCP connection to an address, through the proxy where there is one. `undefined` when there is none
 * to be had, or `signal` came first. The caller listens for later errors.
 */
export async function dial(target: Address, way: Way, signal: AbortSignal): Promise<Socket | undefined> {
  if (signal.aborted) return undefined;
  const { proxy } = way;
  const first = await dialTcp(proxy ?? target, way.source, signal);
  if (first === undefined || proxy === undefined) return first;
  const destroy = () => first.destroy();
  signal.addEventListener('abort', destroy);
  try {
    const through = proxy.kind === 'http' ? throughHttp : throughSocks;
    const opened = (await through(first, proxy, target)) && !signal.aborted && !first.destroyed;
    if (opened) return first;
    first.destroy();
    return undefined;
  } finally {
    signal.removeEventListener('abort', destroy);
  }
}

function dialTcp(
  { host, port }: Address,
  source: string | undefined,
  signal: AbortSignal,
): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    // A source of one family cannot reach an address of the other.
    const from = source === undefined ? {} : { localAddress: source, family: isIP(source) };
    const stream = connect({ host, port, noDelay: true, ...from });
    const settle = (connected: boolean) => {
      signal.removeEventListener('abort', abort);
      stream.off('connect', ready);
      stream.off('close', abort);
      if (!connected) stream.destroy();
      resolve(connected ? stream : undefined);
    };
    const abort = () => settle(false);
    const ready = () => settle(true);
    signal.addEventListener('abort', abort);
    // Stays: an error without a listener would end the process.
    stream.on('error', abort);
    stream.once('close', abort);
    stream.once('connect', ready);
  });
}
