import { randomInt } from 'node:crypto';
import { type Bytes, utf8 } from '@sotto/bytes';
import type { Aci } from '@sotto/identity';
import { formatJson, HEADER, type Headers, NO_HEADERS } from '@sotto/protocol';
import { RETRY_WHEN_BUSY_SECONDS } from '../constants.ts';

/** The device behind a call. */
export interface Caller {
  readonly aci: Aci;
  readonly device: number;
  /** Salt of the password that was shown. Another one since then: the device was registered anew. */
  readonly login: string;
}

/** One request, however it came: over a socket or by plain HTTPS. */
export interface Call {
  readonly verb: string;
  /** Segments of the path that the route names with `{}`. */
  readonly parameters: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Headers;
  readonly body: Bytes;
  /** Absent for anonymous calls. */
  readonly caller?: Caller;
  /** The address it came from, or what `fromAfar` makes of a last hop's; for limits only. */
  readonly from: string;
  /** To be called by a long poll before it waits: it gives back its place among those that are being answered. */
  readonly waits: () => void;
}

const AFAR = 'onion ';

/** What stands for the address of a call through the onion network: the last hop's, which many share. */
export function fromAfar(lastHop: string): string {
  return `${AFAR}${lastHop}`;
}

/** The last hop's address, where a call came through the onion network. */
export function lastHopOf(from: string): string | undefined {
  return from.startsWith(AFAR) ? from.slice(AFAR.length) : undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body?: Bytes;
}

/** A reply without a body, as libsignal expects of refusals (signal-service §4.1). */
export function reply(status: number): Reply {
  return { status, headers: NO_HEADERS };
}

export function jsonReply(value: unknown, status = 200): Reply {
  return { status, headers: new Map([[HEADER.contentType, 'application/json']]), body: formatJson(value) };
}

export function bytesReply(body: Bytes): Reply {
  return { status: 200, headers: new Map([[HEADER.contentType, 'application/octet-stream']]), body };
}

/** 429 with the time after which trying again makes sense. */
export function retryReply(milliseconds: number): Reply {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return { status: 429, headers: new Map([[HEADER.retryAfter, String(seconds)]]) };
}

/** The same for somebody whose request finds too many others being answered. */
export function busyReply(status = 429, milliseconds = busyPause()): Reply {
  return { ...retryReply(milliseconds), status };
}

/** Milliseconds after which somebody who is refused for that may come again: whole seconds, at random. */
export function busyPause(): number {
  const { least, most } = RETRY_WHEN_BUSY_SECONDS;
  return randomInt(least, most + 1) * 1000;
}

/** User and password of a Basic header, or undefined when it is none (RFC 7617). */
export function parseBasic(header: string): { readonly user: string; readonly password: Bytes } | undefined {
  const token = /^basic +([A-Za-z0-9+/=_-]{1,2048})$/i.exec(header)?.[1];
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { user: text.slice(0, colon), password: utf8(text.slice(colon + 1)) };
}
