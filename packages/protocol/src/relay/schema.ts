import { type Bytes, fromBase64, fromBase64Url, toBase64 } from '@sotto/bytes';
import { z } from 'zod';
import { ProtocolError } from '../errors.ts';
import {
  EC_PUBLIC_KEY_BYTES,
  KYBER_PUBLIC_KEY_BYTES,
  MAX_DEVICE_ID,
  MAX_KEY_ID,
  MAX_REGISTRATION_ID,
  SIGNATURE_BYTES,
} from './constants.ts';

/** The pieces that JSON bodies are made of. Internal to this package: schemas do not leave it. */

const bytesType = z.custom<Bytes>((value) => value instanceof Uint8Array);

/** When encoding, zod runs codecs once before any check, and on absent optional members too. */
function encodeText(bytes: Bytes | undefined): string {
  return bytes === undefined ? '' : toBase64(bytes);
}

/** Bytes as base64 of either alphabet, `min`..`max` long. Written in the standard alphabet. */
export function base64(min: number, max: number) {
  return z.codec(z.string().max(Math.ceil(max / 3) * 4), bytesType, {
    decode: (text, context) => {
      const bytes = decodeText(text);
      if (bytes !== undefined && bytes.length >= min && bytes.length <= max) return bytes;
      context.issues.push({ code: 'custom', input: text, message: 'base64 of the wrong form or length' });
      return z.NEVER;
    },
    encode: encodeText,
  });
}

/**
 * Bytes of one of the allowed lengths that libsignal writes as a JSON array of numbers and other
 * clients as base64 (reference: signal-service §2.3). Written as base64.
 */
export function base64OrArray(...lengths: readonly number[]) {
  const longest = Math.max(...lengths);
  const array = z.array(z.int().min(0).max(255)).max(longest);
  const text = z.string().max(Math.ceil(longest / 3) * 4);
  return z.codec(z.union([array, text]), bytesType, {
    decode: (input, context) => {
      const bytes = typeof input === 'string' ? decodeText(input) : new Uint8Array(input);
      if (bytes !== undefined && lengths.includes(bytes.length)) return bytes;
      context.issues.push({ code: 'custom', input, message: 'bytes of the wrong form or length' });
      return z.NEVER;
    },
    encode: encodeText,
  });
}

function decodeText(text: string): Bytes | undefined {
  try {
    return /[-_]/.test(text) ? fromBase64Url(text) : fromBase64(text);
  } catch {
    return undefined;
  }
}

export const deviceId = z.int().min(1).max(MAX_DEVICE_ID);
export const registrationId = z.int().min(1).max(MAX_REGISTRATION_ID);
const keyId = z.int().min(0).max(MAX_KEY_ID);
export const milliseconds = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
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
