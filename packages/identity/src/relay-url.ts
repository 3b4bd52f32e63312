import { fromBase64Url, toBase64Url } from '@sotto/bytes';
import { IdentityError } from './errors.ts';
import type { RelayAddress } from './record-types.ts';

/** Longer than any host name with port and key (RFC 1035 allows 253 characters). */
const LONGEST = 512;
const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/;
const KEY = /^#key=([A-Za-z0-9_-]{43})$/;

/**
 * Read a relay URL: `https://host[:port]` with, in the fragment, the SHA-256 of the relay's public
 * key (`#key=…`, 43 characters of base64url) unless a known authority vouches for it. Plain http is
 * for this machine only. Throws IdentityError `bad-relay-url`.
 */
export function parseRelayUrl(text: string): RelayAddress {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) throw bad('it is too long');
  // The URL parser would silently drop or rewrite these.
  if (!/^https?:\/\/[^\s\\@/][^\s\\@]*$/i.test(trimmed)) {
    throw bad('it must look like https://host:port, without a user name');
  }
  const url = parse(trimmed);
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw bad('plain http reaches only this machine; use https');
  }
  if (url.pathname !== '/' || url.search !== '' || /[?]/.test(trimmed)) throw bad('it has no path or query');
  if (url.hash === '' && !trimmed.endsWith('#')) return { url: url.origin };
  const key = KEY.exec(url.hash)?.[1];
  if (key === undefined) throw bad('after # stands only key= and 43 characters');
  return { url: url.origin, key: decodeKey(key) };
}

/** The one text of a relay's address. */
export function formatRelayUrl({ url, key }: RelayAddress): string {
  return key === undefined ? url : `${url}#key=${toBase64Url(key)}`;
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw bad('it is not a URL');
  }
}

function decodeKey(text: string): NonNullable<RelayAddress['key']> {
  try {
    return fromBase64Url(text);
  } catch {
    throw bad('its key is damaged');
  }
}

function bad(why: string): IdentityError {
  return new IdentityError('bad-relay-url', `this is not a relay URL: ${why}`, { why });
}
