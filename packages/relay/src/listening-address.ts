import { isIP } from 'node:net';
import { parseRelayUrl, type RelayAddress } from '@sotto/identity';
import { RelayError } from './errors.ts';
import { isLoopback } from './http/is-loopback.ts';
import type { RelayOptions } from './relay-options.ts';
import type { RelayCertificate } from './tls/relay-certificate.ts';

/** What clients are told. */
export function addressOf(
  { listen, publicUrl, tls }: RelayOptions,
  port: number,
  certificate: RelayCertificate | undefined,
): RelayAddress {
  const host = isIP(listen.host) === 6 ? `[${listen.host}]` : listen.host;
  const own = new URL(`${tls === 'none' ? 'http' : 'https'}://${host}:${port}`).origin;
  const url = publicUrl === undefined ? own : readPublicUrl(publicUrl);
  return certificate === undefined ? { url } : { url, key: certificate.key };
}

/** Throws RelayError where nobody could dial, or everybody could listen. */
export function refuseAddress({ tls, listen, publicUrl }: RelayOptions): void {
  if (tls === 'none' && !isLoopback(listen.host)) {
    throw new RelayError('not-loopback', 'plain http is for this machine only, where a reverse proxy is');
  }
  if (publicUrl !== undefined) readPublicUrl(publicUrl);
  else if (isWildcard(listen.host)) {
    throw new RelayError(
      'needs-public-url',
      'no client can dial an address that stands for all; name the one they dial with --public https://HOST',
    );
  }
}

/** The origin of an address that clients can dial. Throws RelayError `bad-public-url`. */
function readPublicUrl(text: string): string {
  try {
    const { url, key } = parseRelayUrl(text);
    if (key === undefined && url.startsWith('https:')) return url;
  } catch {
    // Its words are for those who read such an address, not for who gives it out.
  }
  throw new RelayError(
    'bad-public-url',
    'what clients dial is https:// with a host and perhaps a port, and nothing behind it',
  );
}

/** However it is written: `0`, `::` and `0:0::0` stand for all addresses as `0.0.0.0` does. */
function isWildcard(host: string): boolean {
  if (host === '') return true;
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}`;
  return URL.canParse(url) && WILDCARDS.includes(new URL(url).hostname);
}

/** The last is the first, mapped into IPv6. */
const WILDCARDS: readonly string[] = ['0.0.0.0', '[::]', '[::ffff:0:0]'];
