import { type Bytes, fromBase64, fromBase64Url, toBase64, toBase64Url } from '@sotto/bytes';
import { z } from 'zod';
import { MAX_DEVICE_ID } from './constants.ts';
import { formatServiceId, parseServiceId, type ServiceId } from './service-id.ts';

/** Members of JSON bodies that mean something else than what JSON has. Internal: schemas do not leave this package. */

const bytesType = z.custom<Bytes>((value) => value instanceof Uint8Array);

interface Form {
  readonly longest: number;
  readonly fits: (length: number) => boolean;
  readonly write: (bytes: Bytes) => string;
}

/** Text of either alphabet is read, whichever is written. */
function bytesInText({ longest, fits, write }: Form) {
  return z.codec(z.string().max(Math.ceil(longest / 3) * 4), bytesType, {
    decode: (text, context) => {
      const bytes = decodeText(text);
      if (bytes !== undefined && fits(bytes.length)) return bytes;
      context.issues.push({ code: 'custom', input: text, message: 'base64 of the wrong form or length' });
      return z.NEVER;
    },
    encode: (bytes) => whenPresent(bytes, write),
  });
}

/** When encoding, zod runs codecs once before any check, and on absent optional members too. */
function whenPresent<Value>(value: Value | undefined, write: (value: Value) => string): string {
  return value === undefined ? '' : write(value);
}

/** Bytes as base64 of either alphabet, `min`..`max` long. Written in the standard alphabet. */
export function base64(min: number, max: number) {
  return bytesInText({ longest: max, fits: (length) => length >= min && length <= max, write: toBase64 });
}

/** As `base64`, and written without padding, as Signal's server writes a few members. */
export function unpaddedBase64(min: number, max: number) {
  const write = (bytes: Bytes): string => toBase64(bytes).replace(/=+$/, '');
  return bytesInText({ longest: max, fits: (length) => length >= min && length <= max, write });
}

/** As `base64`, and written in the URL-safe alphabet without padding. */
export function base64Url(min: number, max: number) {
  return bytesInText({ longest: max, fits: (length) => length >= min && length <= max, write: toBase64Url });
}

/** As `base64`, of one of the allowed lengths. */
export function base64Of(...lengths: readonly number[]) {
  return bytesInText({
    longest: Math.max(...lengths),
    fits: (length) => lengths.includes(length),
    write: toBase64,
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
    encode: (bytes) => whenPresent(bytes, toBase64),
  });
}

function decodeText(text: string): Bytes | undefined {
  try {
    return /[-_]/.test(text) ? fromBase64Url(text) : fromBase64(text);
  } catch {
    return undefined;
  }
}

/** An account or a phone-number identity, in text. */
export const serviceId = z.codec(z.string(), z.custom<ServiceId>(), {
  decode: (text, context) => {
    try {
      return parseServiceId(text);
    } catch {
      context.issues.push({ code: 'custom', input: text, message: 'not a service ID' });
      return z.NEVER;
    }
  },
  encode: (id) => whenPresent(id, formatServiceId),
});

/** A list of `least`..`most`. */
export function list<Item extends z.ZodType>(item: Item, most: number, least = 0) {
  return z.array(item).min(least).max(most).readonly();
}

/**
 * A JSON object with a value for each of some devices; at least one. The members' names are checked as one thing
 * and not by a zod record, whose errors would carry the sender's own names in their path.
 */
export function byDevice<Item extends z.ZodType>(item: Item) {
  const devices = z.custom<Record<string, z.input<Item>>>((value) => {
    const names = namesOf(value);
    return names !== undefined && names.length > 0 && names.every(isDeviceId);
  });
  const map = z.map(z.int(), item);
  return z
    .codec(devices, map, {
      decode: (object) => new Map(Object.entries(object).map(([name, value]) => [Number(name), value])),
      encode: (values) => Object.fromEntries(values ?? []),
    })
    .readonly();
}

function isDeviceId(name: string): boolean {
  return /^[1-9][0-9]{0,2}$/.test(name) && Number(name) <= MAX_DEVICE_ID;
}

/** A JSON object of up to `most` members with names of the sender's choice; checked as one thing, as in `byDevice`. */
export function named<Value>(
  isValue: (value: unknown) => value is Value,
  most: number,
  longestName = MAX_NAME_LENGTH,
) {
  return z.custom<Readonly<Record<string, Value>>>((value) => {
    const names = namesOf(value);
    return (
      names !== undefined &&
      names.length <= most &&
      names.every((name) => name.length <= longestName && name !== '__proto__') &&
      Object.values(value as object).every(isValue)
    );
  });
}

/** Names of capabilities and headers are a few words. */
const MAX_NAME_LENGTH = 64;

function namesOf(value: unknown): readonly string[] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value)
    : undefined;
}
