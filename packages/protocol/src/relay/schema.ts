import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { ProtocolError } from '../errors.ts';
import { base64 } from './codecs.ts';
import {
  EC_PUBLIC_KEY_BYTES,
  KYBER_PUBLIC_KEY_BYTES,
  MAX_DEVICE_ID,
  MAX_KEY_ID,
  MAX_REGISTRATION_ID,
  SIGNATURE_BYTES,
} from './constants.ts';
import { PHONE_NUMBER } from './phone-number.ts';
import { UUID } from './service-id.ts';

/** The pieces that JSON bodies are made of, and how they are read. Internal: schemas do not leave this package. */

export const deviceId = z.int().min(1).max(MAX_DEVICE_ID);
export const registrationId = z.int().min(1).max(MAX_REGISTRATION_ID);
const keyId = z.int().min(0).max(MAX_KEY_ID);
export const milliseconds = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const seconds = milliseconds;
/** Lower case when read. */
export const uuid = z.string().regex(UUID).toLowerCase();
export const phoneNumber = z.string().regex(PHONE_NUMBER);
export const ecKey = base64(EC_PUBLIC_KEY_BYTES, EC_PUBLIC_KEY_BYTES);
const kyberKey = base64(KYBER_PUBLIC_KEY_BYTES, KYBER_PUBLIC_KEY_BYTES);
const signature = base64(SIGNATURE_BYTES, SIGNATURE_BYTES);

export const ecPreKey = z.object({ keyId, publicKey: ecKey });
export const ecSignedPreKey = z.object({ keyId, publicKey: ecKey, signature });
export const kyberSignedPreKey = z.object({ keyId, publicKey: kyberKey, signature });

/** A one-time EC key on the wire. */
export interface WirePreKey {
  readonly keyId: number;
  readonly publicKey: Bytes;
}

/** A signed EC or Kyber key on the wire; the signature is the identity key's over the serialized key. */
export interface WireSignedPreKey extends WirePreKey {
  readonly signature: Bytes;
}

/**
 * Validate parsed JSON and turn it into our form. `null` counts as absent, as it does for Signal's
 * server. Throws ProtocolError `bad-body` that names the field.
 */
export function decodeBody<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = z.safeDecode(schema, dropNulls(value, 0) as z.input<Schema>);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.filter((part) => typeof part === 'string').join('.');
  throw new ProtocolError('bad-body', 'the body has not the expected form', path ?? '');
}

/** Turn our form into plain JSON values. The input is our own, so a failure is a programming error. */
export function encodeBody<Schema extends z.ZodType>(
  schema: Schema,
  value: z.output<Schema>,
): z.input<Schema> {
  return z.encode(schema, value);
}

/** `parseJson` has bounded the depth; a caller's own deep value is cut off rather than followed. */
function dropNulls(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 32) return value;
  if (Array.isArray(value)) return value.map((item) => dropNulls(item, depth + 1));
  const kept: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member !== null) kept.push([key, dropNulls(member, depth + 1)]);
  }
  return Object.fromEntries(kept);
}
