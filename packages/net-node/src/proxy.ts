import { isIP } from 'node:net';
import { Secret, utf8 } from '@sotto/bytes';
import type { Address } from './address.ts';
import { NetError } from './errors.ts';

/** A proxy that every connection goes through. It learns where to; TLS keeps the rest from it. */
export interface ProxyAddress extends Address {
  readonly kind: 'http' | 'socks5';
  /** The password is UTF-8. */
  readonly login?: { readonly user: string; readonly password: Secret };
}

/** A name of letters, digits and hyphens, or an IPv4 address; what DNS can hold (RFC 1035 §2.3.4). */
const HOST = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/i;
/** No backslash: other readers of URLs take it for a slash, and would see another host before it. */
const FORM = /^(http|socks5h?):\/\/(?:([^@/?#\s\\]*)@)?(\[[0-9a-f:.]+\]|[^:@/?#\s\\]+):([0-9]{1,5})\/?$/i;

/** RFC 1929 §2 counts both in one byte. */
const LONGEST = 255;

/**
 * Read `http://[user:password@]host:port` (CONNECT) or `socks5://…`; `socks5h` is the same, because
 * names are always looked up by the proxy. User and password are percent-encoded.
 * Throws NetError `bad-proxy`, which never quotes the text: it may hold a password.
 */
export function parseProxy(text: string): ProxyAddress {
  const [, scheme = '', userInfo, bracketed = '', digits = ''] = FORM.exec(text.trim()) ?? [];
  const host = bracketed.replace(/^\[(.*)\]$/, '$1');
  const port = Number(digits);
  const goodHost = bracketed === host ? isNameOrIpv4(host) : isIP(host) === 6;
  if (!goodHost || port < 1 || port > 65_535) {
    throw bad('it must look like http://host:port or socks5://host:port');
  }
  const kind = scheme.toLowerCase() === 'http' ? 'http' : 'socks5';
  return { kind, host, port, ...(userInfo === undefined ? {} : { login: readLogin(kind, userInfo) }) };
}

/** A last part of digits makes it an IPv4 address to every reader of URLs, and a wrong one no host at all. */
function isNameOrIpv4(host: string): boolean {
  if (!HOST.test(host)) return false;
  return !/(^|\.)([0-9]+|0x[0-9a-f]*)\.?$/i.test(host) || isIP(host) === 4;
}

function readLogin(kind: ProxyAddress['kind'], userInfo: string): NonNullable<ProxyAddress['login']> {
  const colon = userInfo.indexOf(':');
  if (colon < 0) throw bad('a user needs a password: user:password@');
  const user = decode(userInfo.slice(0, colon));
  const password = decode(userInfo.slice(colon + 1));
  const fits = (part: string) => Buffer.byteLength(part) >= 1 && Buffer.byteLength(part) <= LONGEST;
  if (!fits(user) || !fits(password)) throw bad('user and password have 1 to 255 bytes');
  // RFC 7617 §2: the server would take the rest of the name for the beginning of the password.
  if (kind === 'http' && user.includes(':')) throw bad('a user name has no colon');
  return { user, password: new Secret(utf8(password)) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw bad('user and password are percent-encoded');
  }
}

function bad(why: string): NetError {
  return new NetError('bad-proxy', `this is not a proxy: ${why}`);
}
