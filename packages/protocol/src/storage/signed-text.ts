import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import type { ExpireMode, NamespaceScope, RevocationRequest } from './client-request.ts';

/**
 * What is signed: ASCII, joined without separators (reference: session-protocol §3.6). The method's
 * name in front keeps one signature from serving another; times are milliseconds in decimal.
 */

/** Signed to `store` where not anyone may. */
export function storeText(namespace: number, signedAt: number): Bytes {
  return utf8(`store${namespaceText(namespace)}${signedAt}`);
}

export function retrieveText(namespace: number, signedAt: number): Bytes {
  return utf8(`retrieve${namespaceText(namespace)}${signedAt}`);
}

/** Has no time: a hash names one message for ever. */
export function deleteText(hashes: readonly string[]): Bytes {
  return utf8(`delete${hashes.join('')}`);
}

export interface ExpireTerms {
  readonly mode: ExpireMode;
  /** Milliseconds: one for all hashes, or one for each. */
  readonly expiries: readonly number[];
  readonly hashes: readonly string[];
}

export function expireText({ mode, expiries, hashes }: ExpireTerms): Bytes {
  return utf8(`expire${mode === 'set' ? '' : mode}${expiries.join('')}${hashes.join('')}`);
}

export function deleteAllText(namespace: NamespaceScope, signedAt: number): Bytes {
  return utf8(`delete_all${namespaceText(namespace)}${signedAt}`);
}

export function deleteBeforeText(namespace: NamespaceScope, before: number): Bytes {
  return utf8(`delete_before${namespaceText(namespace)}${before}`);
}

export function expireAllText(namespace: NamespaceScope, expiry: number): Bytes {
  return utf8(`expire_all${namespaceText(namespace)}${expiry}`);
}

/** The tokens' own bytes follow the time, nothing between them. */
export function revocationText(
  method: RevocationRequest['method'],
  signedAt: number,
  tokens: readonly Uint8Array[],
): Bytes {
  return concatBytes(utf8(`${method}${signedAt}`), ...tokens);
}

export function getExpiriesText(signedAt: number, hashes: readonly string[]): Bytes {
  return utf8(`get_expiries${signedAt}${hashes.join('')}`);
}

/** What a member signs of a `delete`: the account, what was asked for, what was deleted (sorted). */
export function deletedText(account: string, asked: readonly string[], deleted: readonly string[]): Bytes {
  return utf8(`${account}${asked.join('')}${deleted.join('')}`);
}

/**
 * What a member signs of `delete_all`, `delete_before` and `expire_all`: the account, the time that the request names,
 * the hashes that it touched, sorted, of all namespaces together.
 */
export function scopeDoneText(account: string, time: number, touched: readonly string[]): Bytes {
  return utf8(`${account}${time}${touched.join('')}`);
}

/** What a member signs of a revocation, whichever way. */
export function revocationDoneText(account: string, signedAt: number, tokens: readonly Uint8Array[]): Bytes {
  return concatBytes(utf8(`${account}${signedAt}`), ...tokens);
}

export interface ExpiredTerms {
  /** The 66 hexadecimal digits of the mailbox key, lower case. */
  readonly account: string;
  /** As the reply tells them: one for all, or one for each of `updated`. */
  readonly expiries: readonly number[];
  readonly asked: readonly string[];
  /** Sorted. */
  readonly updated: readonly string[];
  /** Hash and expiry, sorted by hash; only with `shorten` and `extend`. */
  readonly unchanged: readonly (readonly [string, number])[];
}

/** What a member signs of an `expire`. */
export function expiredText({ account, expiries, asked, updated, unchanged }: ExpiredTerms): Bytes {
  const left = unchanged.map(([hash, expiry]) => `${hash}${expiry}`);
  return utf8([account, ...expiries, ...asked, ...updated, ...left].join(''));
}

function namespaceText(namespace: NamespaceScope): string {
  return namespace === 0 ? '' : String(namespace);
}
