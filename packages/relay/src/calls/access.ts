import { type Bytes, equalBytes, fromBase64 } from '@sotto/bytes';
import { ACCESS_KEY_BYTES, HEADER, type Headers } from '@sotto/protocol';
import type { StoredAccount } from '../store/accounts.ts';

/** How an anonymous call shows that it may reach an account. */
export type AccessHeader = 'absent' | 'malformed' | Bytes;

export function accessHeaderOf(headers: Headers): AccessHeader {
  const text = headers.get(HEADER.accessKey);
  if (text === undefined) return 'absent';
  try {
    const key = fromBase64(text);
    return key.length === ACCESS_KEY_BYTES ? key : 'malformed';
  } catch {
    return 'malformed';
  }
}

/**
 * Whether an access key opens an account. An account that does not exist is as closed as one with
 * another key, so that no answer tells which it is; one that is open to all wants some key still
 * (reference: signal-service §4.1).
 */
export function opensWith(account: StoredAccount | undefined, header: AccessHeader): boolean {
  if (account === undefined || header === 'absent' || header === 'malformed') return false;
  if (account.unrestrictedAccess) return true;
  return account.accessKey !== undefined && equalBytes(account.accessKey, header);
}
