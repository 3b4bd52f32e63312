import { createHmac } from 'node:crypto';
import { asBytes, type Secret, toBase64, utf8 } from '@sotto/bytes';
import type { CallingRelay } from '@sotto/protocol';

/** TURN servers that share a secret with the relay, as coturn's `use-auth-secret` wants it. */
export interface TurnServers {
  /** `turn:` and `turns:` URLs that clients are told (RFC 7065). */
  readonly urls: readonly string[];
  readonly secret: Secret;
}

/** A call that was begun goes on; a new one asks again. Seconds. */
export const TURN_LIFETIME = 12 * 60 * 60;

/**
 * A name and password for a while (draft-uberti-behave-turn-rest-00 §2.2, which coturn implements). The name is the
 * end of its time and `user`, by which coturn counts what it gives to one.
 */
export function turnCredentials({ urls, secret }: TurnServers, user: string, now: number): CallingRelay {
  const username = `${Math.floor(now / 1000) + TURN_LIFETIME}:${user}`;
  const password = toBase64(asBytes(createHmac('sha1', secret.expose()).update(utf8(username)).digest()));
  return { username, password, ttl: TURN_LIFETIME, urls, urlsWithIps: [] };
}
