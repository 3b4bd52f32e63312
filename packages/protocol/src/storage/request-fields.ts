import { type Bytes, BytesError, fromBase64, fromHex } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import type { NamespaceScope } from './client-request.ts';
import {
  MAILBOX_KEY_BYTES,
  MIN_TIMESTAMP,
  NAMESPACE_MAX,
  NAMESPACE_MIN,
  SUBACCOUNT_TOKEN_BYTES,
} from './constants.ts';

/**
 * Members of `params`, one reader per kind. By hand and not by schema, because each refusal is a text
 * of the protocol that clients of other makes read (reference: session-protocol §3.2). A member that is
 * null counts as absent; values of the input are never part of a text.
 */
export type Params = Readonly<Record<string, unknown>>;

const SIGNATURE = /^[A-Za-z0-9+/]{86}(==)?$/;

/** A 400 whose body is this text. */
export function invalid(reason: string, field?: string): ProtocolError {
  return new ProtocolError('bad-body', `invalid request: ${reason}`, field);
}

export function missing(field: string): ProtocolError {
  return invalid(`Required field '${field}' missing`, field);
}

function wrongType(field: string, expected: string): ProtocolError {
  return invalid(`Invalid value given for '${field}': expected ${expected}`, field);
}

export function readText(params: Params, field: string): string | undefined {
  const value = params[field] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(field, 'string');
}

export function readFlag(params: Params, field: string): boolean {
  const value = params[field] ?? false;
  if (typeof value !== 'boolean') throw wrongType(field, 'boolean');
  return value;
}

export function readInteger(params: Params, field: string): number | undefined {
  const value = params[field] ?? undefined;
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  throw wrongType(field, 'integer');
}

export function readCount(params: Params, field: string): number | undefined {
  const value = params[field] ?? undefined;
  if (value === undefined || isCount(value)) return value;
  throw wrongType(field, 'positive integer');
}

/** As a number, or as the same in decimal text, which old clients send. */
export function readCountOrText(params: Params, field: string): number | undefined {
  const value = params[field];
  if (typeof value !== 'string') return readCount(params, field);
  const number = /^[0-9]{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (isCount(number)) return number;
  throw wrongType(field, 'positive integer');
}

export function readTime(params: Params, field: string): number | undefined {
  const value = params[field] ?? undefined;
  if (value === undefined) return undefined;
  if (!isCount(value)) throw wrongType(field, 'integer timestamp (in milliseconds)');
  if (value < MIN_TIMESTAMP) {
    throw invalid(`Invalid timestamp for '${field}': timestamp must be in milliseconds`, field);
  }
  return value;
}

/** One, or a list. */
export function readTimes(params: Params, field: string): readonly number[] | undefined {
  const value = params[field] ?? undefined;
  if (value === undefined) return undefined;
  const list: unknown = Array.isArray(value) ? value : [value];
  if (isArrayOf(list, isCount)) return list;
  throw wrongType(field, 'timestamp array');
}

/** One, or a list; an empty one counts as absent. */
export function readIntegers(params: Params, field: string): readonly number[] | undefined {
  const value = params[field] ?? undefined;
  if (value === undefined) return undefined;
  const list: unknown = Array.isArray(value) ? value : [value];
  if (!isArrayOf(list, isInteger)) throw wrongType(field, 'integer array');
  return list.length === 0 ? undefined : list;
}

/** One, or a list. */
export function readTexts(params: Params, field: string): readonly string[] | undefined {
  const value = params[field] ?? undefined;
  if (value === undefined) return undefined;
  const list: unknown = Array.isArray(value) ? value : [value];
  if (isArrayOf(list, isText)) return list;
  throw wrongType(field, 'string array');
}

/** Absent is the default namespace, which is not the same as 0 to everyone: see `retrieve`. */
export function readNamespace(params: Params): number | undefined {
  const value = params['namespace'] ?? undefined;
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value)) throw wrongType('namespace', '16-bit integer');
  return inRange(value);
}

/** Absent is the default namespace. */
export function readScope(params: Params): NamespaceScope {
  const value = params['namespace'] ?? 0;
  if (value === 'all') return value;
  if (!Number.isSafeInteger(value)) throw wrongType('namespace', 'integer or "all"');
  return inRange(value);
}

function inRange(value: unknown): number {
  const namespace = value as number;
  if (namespace < NAMESPACE_MIN || namespace > NAMESPACE_MAX) {
    throw invalid("Invalid value given for 'namespace': value out of range", 'namespace');
  }
  // JSON has a negative zero, which would print like one.
  return namespace === 0 ? 0 : namespace;
}

/** 36 bytes in base64 or hexadecimal; `undefined` when it is no such text. */
export function tokenOrNothing(text: string): Bytes | undefined {
  const decode = text.length === SUBACCOUNT_TOKEN_BYTES * 2 ? hexOrNothing : base64OrNothing;
  const token = decode(text);
  return token?.length === SUBACCOUNT_TOKEN_BYTES ? token : undefined;
}

/** `pubkey` alone, or by its old name as well. */
export function readMailbox(params: Params, ...names: readonly ['pubkey', 'pubKey'?]): Bytes {
  const texts = names.map((name) => (name === undefined ? undefined : readText(params, name)));
  if (texts[0] !== undefined && texts[1] !== undefined) {
    throw invalid("Cannot specify both 'pubkey' and 'pubKey'", 'pubkey');
  }
  const text = texts[0] ?? texts[1];
  if (text === undefined) throw missing('pubkey');
  const mailbox = text.length === MAILBOX_KEY_BYTES * 2 ? hexOrNothing(text) : undefined;
  if (mailbox === undefined) throw invalid('Pubkey must be 66 hex digits (33 bytes) long', 'pubkey');
  return mailbox;
}

/** 64 bytes in base64 with or without padding; `undefined` when it is no such text. */
export function signatureOrNothing(text: string): Bytes | undefined {
  return SIGNATURE.test(text) ? orNothing(() => fromBase64(text)) : undefined;
}

export function hexOrNothing(text: string): Bytes | undefined {
  return orNothing(() => fromHex(text));
}

export function base64OrNothing(text: string): Bytes | undefined {
  return orNothing(() => fromBase64(text));
}

function orNothing(decode: () => Bytes): Bytes | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isArrayOf<Item>(value: unknown, is: (item: unknown) => item is Item): value is readonly Item[] {
  return Array.isArray(value) && value.every(is);
}
