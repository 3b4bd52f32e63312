import type {
  DeleteRequest,
  ExpireRequest,
  GetExpiriesRequest,
  RetrieveRequest,
  StoreRequest,
} from './client-request.ts';
import { MAX_MESSAGE_DATA_BYTES, MAX_RETRIEVE_WAIT, MAX_WORK_TEXT } from './constants.ts';
import { isMessageHash } from './message-hash.ts';
import { namespaceRules } from './namespace.ts';
import { readAuth } from './request-auth.ts';
import {
  base64OrNothing,
  invalid,
  missing,
  type Params,
  readCount,
  readCountOrText,
  readFlag,
  readInteger,
  readMailbox,
  readNamespace,
  readText,
  readTexts,
  readTime,
  readTimes,
} from './request-fields.ts';

/** The five methods that touch messages (reference: session-protocol §3.6), each checked for its form alone. */

export function readStore(params: Params): StoreRequest {
  const data = readText(params, 'data');
  const expires = readTime(params, 'expiry');
  const namespace = readNamespace(params) ?? 0;
  const signed = readTime(params, 'sig_timestamp');
  const timestamp = readCountOrText(params, 'timestamp');
  const ttl = readCountOrText(params, 'ttl');
  if (timestamp === undefined) throw missing('timestamp');
  const expiry = readExpiry(timestamp, expires, ttl);
  const mailbox = readMailbox(params, 'pubkey', 'pubKey');
  // Without a signature whatever else belongs to one is not looked at.
  const isSigned = readText(params, 'signature') !== undefined;
  const work = readWork(params);
  const auth = isSigned ? { ...readAuth(params, mailbox), signedAt: signed ?? timestamp } : undefined;
  if (data === undefined) throw missing('data');
  if (data.length > (MAX_MESSAGE_DATA_BYTES / 3) * 4) {
    throw invalid(`Message body exceeds maximum allowed length of ${MAX_MESSAGE_DATA_BYTES} bytes`, 'data');
  }
  const bytes = base64OrNothing(data);
  if (bytes === undefined) throw invalid("Invalid 'data' value: not base64 encoded", 'data');
  const common = { method: 'store', mailbox, namespace, data: bytes, timestamp, expiry } as const;
  const paid = work === undefined ? common : { ...common, work };
  return auth === undefined ? paid : { ...paid, auth };
}

/** Whatever else stands there is ignored, as nodes of the original network ignore all of it. */
function readWork({ work }: Params): string | undefined {
  return typeof work === 'string' && work.length <= MAX_WORK_TEXT ? work : undefined;
}

function readExpiry(timestamp: number, expiry: number | undefined, ttl: number | undefined): number {
  if (expiry !== undefined && ttl !== undefined) {
    throw invalid("Cannot specify both 'expiry' and 'ttl'", 'expiry');
  }
  if (expiry !== undefined) return expiry;
  if (ttl === undefined) throw invalid("Required field 'expiry' or 'ttl' missing", 'expiry');
  // Both are safe integers; a sum beyond them is a life too long, whichever.
  return Math.min(timestamp + ttl, Number.MAX_SAFE_INTEGER);
}

export function readRetrieve(params: Params): RetrieveRequest {
  const [old, last] = [readText(params, 'lastHash'), readText(params, 'last_hash')];
  const maxCount = readInteger(params, 'max_count');
  const maxSize = readInteger(params, 'max_size');
  const named = readNamespace(params);
  const mailbox = readMailbox(params, 'pubkey', 'pubKey');
  const signedAt = readTime(params, 'timestamp');
  const wait = readCount(params, 'wait');
  // Whoever names a namespace that needs a signature, or brings part of one, has forgotten the rest;
  // a request without any of it is well formed, and refused later if need be.
  const parts = ['pubkey_ed25519', 'signature'].some((name) => readText(params, name) !== undefined);
  const needsAuth = named !== undefined && !namespaceRules(named).openRetrieve;
  const isSigned = parts || signedAt !== undefined || needsAuth;
  const auth = isSigned ? readAuth(params, mailbox) : undefined;
  if (auth !== undefined && signedAt === undefined) throw missing('timestamp');
  if (old !== undefined && last !== undefined) {
    throw invalid("Cannot specify both 'last_hash' and 'lastHash'", 'last_hash');
  }
  const lastHash = readLastHash(last ?? old);
  return {
    method: 'retrieve',
    mailbox,
    namespace: named ?? 0,
    ...(lastHash === undefined ? {} : { lastHash }),
    ...(maxCount === undefined || maxCount <= 0 ? {} : { maxCount }),
    ...(maxSize === undefined || maxSize === 0 ? {} : { maxSize }),
    ...(wait === undefined || wait === 0 ? {} : { wait: Math.min(wait, MAX_RETRIEVE_WAIT) }),
    ...(auth === undefined || signedAt === undefined ? {} : { auth: { ...auth, signedAt } }),
  };
}

function readLastHash(text: string | undefined): string | undefined {
  if (text === undefined || text === '' || isMessageHash(text)) return text === '' ? undefined : text;
  const reason = text.length === 43 ? 'not base64' : 'expected base64 (43 chars)';
  throw invalid(`Invalid last_hash: ${reason}`, 'last_hash');
}

export function readDelete(params: Params): DeleteRequest {
  const hashes = readTexts(params, 'messages');
  const mailbox = readMailbox(params, 'pubkey');
  const required = readFlag(params, 'required');
  const auth = readAuth(params, mailbox);
  return { method: 'delete', mailbox, hashes: requireHashes(hashes), required, auth };
}

export function readExpire(params: Params): ExpireRequest {
  const expiries = readTimes(params, 'expiry');
  const extend = readFlag(params, 'extend');
  const listed = readTexts(params, 'messages');
  const mailbox = readMailbox(params, 'pubkey');
  const shorten = readFlag(params, 'shorten');
  const auth = readAuth(params, mailbox);
  if (expiries === undefined) throw missing('expiry');
  if (expiries.length === 0) throw invalid("'expiry' does not contain any expiration timestamps", 'expiry');
  if (shorten && extend) throw invalid("cannot specify both 'shorten' and 'extend'", 'shorten');
  const hashes = requireSome(listed);
  if (expiries.length > 1 && expiries.length !== hashes.length) {
    throw invalid("'expiry' must be a single expiry, or the same length as 'messages'", 'expiry');
  }
  const mode = shorten ? 'shorten' : extend ? 'extend' : 'set';
  return { method: 'expire', mailbox, mode, hashes: requireHashes(hashes), expiries, auth };
}

export function readGetExpiries(params: Params): GetExpiriesRequest {
  const hashes = readTexts(params, 'messages');
  const mailbox = readMailbox(params, 'pubkey');
  const signedAt = readTime(params, 'timestamp');
  const auth = readAuth(params, mailbox);
  if (signedAt === undefined) throw missing('timestamp');
  return { method: 'get_expiries', mailbox, hashes: requireSome(hashes), auth: { ...auth, signedAt } };
}

function requireSome(hashes: readonly string[] | undefined): readonly string[] {
  if (hashes === undefined) throw missing('messages');
  if (hashes.length === 0) throw invalid('messages does not contain any message hashes', 'messages');
  return hashes;
}

function requireHashes(hashes: readonly string[] | undefined): readonly string[] {
  const some = requireSome(hashes);
  if (!some.every(isMessageHash)) throw invalid('invalid message hash', 'messages');
  return some;
}
