import { z } from 'zod';
import { list } from './codecs.ts';
import { decodeBody, encodeBody, seconds } from './schema.ts';

/** Bodies of calling (reference: signal-service §10). */

/** A TURN server and what opens it. */
export interface CallingRelay {
  readonly username: string;
  readonly password: string;
  /** Seconds for which the password holds. */
  readonly ttl: number;
  readonly urls: readonly string[];
  readonly urlsWithIps: readonly string[];
  /** Whom the certificate names, for the URLs with addresses. */
  readonly hostname?: string;
}

/** `GET /v2/calling/relays`. */
export interface CallingRelays {
  readonly relays: readonly CallingRelay[];
}

const urls = list(z.string().min(1).max(1_024), 64);

const callingRelays = z.object({
  relays: list(
    z.object({
      username: z.string().max(512),
      password: z.string().max(512),
      ttl: seconds,
      urls: urls.default([]),
      urlsWithIps: urls.default([]),
      hostname: z.exactOptional(z.string().max(256)),
    }),
    16,
  ),
});

export function parseCallingRelays(value: unknown): CallingRelays {
  return decodeBody(callingRelays, value);
}

/** An absent host name is written as `null`. */
export function formatCallingRelays(body: CallingRelays): unknown {
  const { relays } = encodeBody(callingRelays, body);
  return { relays: relays.map((relay) => ({ hostname: null, ...relay })) };
}
