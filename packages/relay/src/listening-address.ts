import { isIP } from 'node:net';
import type { RelayAddress } from '@sotto/identity';
import type { RelayOptions } from './relay-options.ts';
import type { RelayCertificate } from './tls/relay-certificate.ts';

/** What clients are told. */
export function addressOf(
  { listen, publicUrl, tls }: RelayOptions,
  port: number,
  certificate: RelayCertificate | undefined,
): RelayAddress {
  const host = isIP(listen.host) === 6 ? `[${listen.host}]` : listen.host;
  const url = publicUrl ?? new URL(`${tls === 'none' ? 'http' : 'https'}://${host}:${port}`).origin;
  return certificate === undefined ? { url } : { url, key: certificate.key };
}

/** However it is written: `0`, `::` and `0:0::0` stand for all addresses as `0.0.0.0` does. */
export function isWildcard(host: string): boolean {
  if (host === '') return true;
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}`;
  return URL.canParse(url) && WILDCARDS.includes(new URL(url).hostname);
}

/** The last is the first, mapped into IPv6. */
const WILDCARDS: readonly string[] = ['0.0.0.0', '[::]', '[::ffff:0:0]'];
