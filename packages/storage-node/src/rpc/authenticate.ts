import { type Bytes, equalBytes } from '@sotto/bytes';
import { ed25519PublicToX25519, ed25519Verify } from '@sotto/crypto';
import type { RequestAuth } from '@sotto/protocol';

/** Prefix of accounts named by their X25519 key, whose owners sign with the Ed25519 key beside it. */
const ACCOUNT_PREFIX = 0x05;

/**
 * Whether `auth` lets its sender act for the mailbox: the signature over `text` is the owner's
 * (session-protocol §3.2). Subaccounts are refused.
 */
export function isOwner(mailbox: Bytes, auth: RequestAuth, text: Bytes): boolean {
  if (auth.subaccount !== undefined) return false;
  const key = mailbox.subarray(1);
  if (mailbox[0] !== ACCOUNT_PREFIX || auth.ed25519 === undefined) {
    return ed25519Verify(key, text, auth.signature);
  }
  const converted = ed25519PublicToX25519(auth.ed25519);
  if (converted === undefined || !equalBytes(converted, key)) return false;
  return ed25519Verify(auth.ed25519, text, auth.signature);
}
