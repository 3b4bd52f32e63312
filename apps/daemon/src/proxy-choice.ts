import { createHash } from 'node:crypto';
import { LocalApiError } from '@sotto/local-api';

/** Schemes that can be dialled through: SOCKS5 with names resolved there (RFC 1928), and HTTP CONNECT (RFC 9110 §9.3.6). */
const SCHEMES: ReadonlySet<string> = new Set(['socks5:', 'socks5h:', 'http:']);

/**
 * A proxy's one name, so that a command can tell whether the owner of the profile dials the way it was
 * told to. A hash, because the URL may hold a password. Throws LocalApiError `bad-proxy`.
 */
export function fingerprintProxy(proxy: string): string {
  const url = parse(proxy);
  const { protocol, username, password, host } = url;
  const name = JSON.stringify([protocol.replace('socks5h', 'socks5'), username, password, host]);
  return createHash('sha256').update(name).digest('base64url');
}

function parse(proxy: string): URL {
  try {
    const url = new URL(proxy.trim());
    if (SCHEMES.has(url.protocol) && url.hostname !== '') return url;
  } catch {
    // Told below, as every other URL that cannot be a proxy.
  }
  throw badProxy();
}

export function badProxy(): LocalApiError {
  return new LocalApiError(
    'bad-proxy',
    'this is not the URL of a proxy',
    'it looks like socks5://127.0.0.1:9050 or http://proxy.example:3128',
  );
}
