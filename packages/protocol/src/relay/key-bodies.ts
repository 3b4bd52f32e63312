import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64 } from './codecs.ts';
import { MAX_DEVICE_ID, MAX_PREKEYS_PER_UPLOAD } from './constants.ts';
import {
  decodeBody,
  deviceId,
  ecKey,
  ecPreKey,
  ecSignedPreKey,
  encodeBody,
  kyberSignedPreKey,
  registrationId,
  type WirePreKey,
  type WireSignedPreKey,
} from './schema.ts';

/** Bodies of the prekey calls (reference: signal-service §3). */

/** `PUT /v2/keys`: non-empty lists replace the stored list, empty ones leave it, singles replace. */
export interface SetKeys {
  readonly preKeys: readonly WirePreKey[];
  readonly signedPreKey?: WireSignedPreKey;
  readonly pqPreKeys: readonly WireSignedPreKey[];
  readonly pqLastResortPreKey?: WireSignedPreKey;
}

/** `GET /v2/keys`: one-time keys left. */
export interface PreKeyCount {
  readonly count: number;
  readonly pqCount: number;
}

/** `POST /v2/keys/check`. */
export interface CheckKeys {
  readonly identityType: 'aci' | 'pni';
  /** SHA-256, see §3. */
  readonly digest: Bytes;
}

/** One device's bundle. */
export interface DevicePreKeys {
  readonly deviceId: number;
  readonly registrationId: number;
  readonly signedPreKey: WireSignedPreKey;
  readonly preKey?: WirePreKey;
  readonly pqPreKey: WireSignedPreKey;
}

/** `GET /v2/keys/{serviceId}/{device}`. */
export interface PreKeyResponse {
  /** 33 bytes. */
  readonly identityKey: Bytes;
  readonly devices: readonly DevicePreKeys[];
}

const setKeys = z.object({
  preKeys: z.array(ecPreKey).max(MAX_PREKEYS_PER_UPLOAD).default([]),
  signedPreKey: z.exactOptional(ecSignedPreKey),
  pqPreKeys: z.array(kyberSignedPreKey).max(MAX_PREKEYS_PER_UPLOAD).default([]),
  pqLastResortPreKey: z.exactOptional(kyberSignedPreKey),
});

const preKeyCount = z.object({ count: z.int().min(0), pqCount: z.int().min(0) });

const checkKeys = z.object({
  identityType: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['aci', 'pni'])),
  digest: base64(32, 32),
});

const preKeyResponse = z.object({
  identityKey: ecKey,
  devices: z
    .array(
      z.object({
        deviceId,
        registrationId,
        signedPreKey: ecSignedPreKey,
        preKey: z.exactOptional(ecPreKey),
        pqPreKey: kyberSignedPreKey,
      }),
    )
    .max(MAX_DEVICE_ID),
});

export function parseSetKeys(value: unknown): SetKeys {
  return decodeBody(setKeys, value);
}

export function formatSetKeys(keys: SetKeys): unknown {
  return encodeBody(setKeys, { ...keys, preKeys: [...keys.preKeys], pqPreKeys: [...keys.pqPreKeys] });
}

export function parsePreKeyCount(value: unknown): PreKeyCount {
  return decodeBody(preKeyCount, value);
}

export function formatPreKeyCount(count: PreKeyCount): unknown {
  return encodeBody(preKeyCount, count);
}

export function parseCheckKeys(value: unknown): CheckKeys {
  return decodeBody(checkKeys, value);
}

export function formatCheckKeys(check: CheckKeys): unknown {
  return encodeBody(checkKeys, check);
}

export function parsePreKeyResponse(value: unknown): PreKeyResponse {
  return decodeBody(preKeyResponse, value);
}

/** A missing one-time key is written as `null`, as Signal's server does. */
export function formatPreKeyResponse(response: PreKeyResponse): unknown {
  const { identityKey, devices } = encodeBody(preKeyResponse, {
    ...response,
    devices: [...response.devices],
  });
  return { identityKey, devices: devices.map((device) => ({ preKey: null, ...device })) };
}
