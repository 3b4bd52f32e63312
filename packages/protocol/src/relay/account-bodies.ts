import { z } from 'zod';
import { named } from './codecs.ts';
import { apnToken, gcmToken } from './parts.ts';
import type { ApnToken, GcmToken } from './registration-bodies.ts';
import { decodeBody, encodeBody } from './schema.ts';

/** Bodies of settings of an account and of its client (reference: signal-service §2.5). */

/** `PUT /v2/accounts/phone_number_discoverability`. */
export interface Discoverability {
  readonly discoverableByPhoneNumber: boolean;
}

/** `GET /v2/config`; what is switched off is left out. */
export interface RemoteConfig {
  readonly config: Readonly<Record<string, string>>;
}

/** Signal's clients know some hundred settings. */
const MAX_SETTINGS = 1_024;
/** Those of libsignal come with that of the client before them, as `desktop.libsignalNet.grpc.MessagesSendMessage`. */
const MAX_SETTING_NAME = 128;
const MAX_SETTING_LENGTH = 4_096;

const discoverability = z.object({ discoverableByPhoneNumber: z.boolean() });

const isSetting = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_SETTING_LENGTH;
const remoteConfig = z.object({ config: named(isSetting, MAX_SETTINGS, MAX_SETTING_NAME) });

export function parseApnToken(value: unknown): ApnToken {
  return decodeBody(apnToken, value);
}

export function formatApnToken(token: ApnToken): unknown {
  return encodeBody(apnToken, token);
}

export function parseGcmToken(value: unknown): GcmToken {
  return decodeBody(gcmToken, value);
}

export function formatGcmToken(token: GcmToken): unknown {
  return encodeBody(gcmToken, token);
}

export function parseDiscoverability(value: unknown): Discoverability {
  return decodeBody(discoverability, value);
}

export function formatDiscoverability(body: Discoverability): unknown {
  return encodeBody(discoverability, body);
}

export function parseRemoteConfig(value: unknown): RemoteConfig {
  return decodeBody(remoteConfig, value);
}

export function formatRemoteConfig(body: RemoteConfig): unknown {
  return encodeBody(remoteConfig, body);
}
