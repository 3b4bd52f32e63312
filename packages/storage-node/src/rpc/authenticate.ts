import { type Bytes, equalBytes } from '@sotto/bytes';
import { ed25519PublicToX25519, ed25519Verify } from '@sotto/crypto';
import { decodeSubaccountToken, type RequestAuth, SUBACCOUNT_ACCESS } from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';

/** Prefix of accounts named by their X25519 key, whose owners sign with the Ed25519 key beside it. */
const ACCOUNT_PREFIX = 0x05;

/** What somebody says he may do. */
export interface Claim {
  readonly mailbox: Bytes;
  readonly auth: RequestAuth;
  /** What is signed. */
  readonly text: Bytes;
  /** Bits of `SUBACCOUNT_ACCESS`, all of which a subaccount needs. */
  readonly access: number;
}

/** Whether the owner of a mailbox has taken the rights of a token away. */
export type IsRevoked = (mailbox: Bytes, token: Bytes) => boolean;

/** As far as this node has heard. */
export function revokedNow({ store }: Pick<NodeContext, 'store'>): IsRevoked {
  return (mailbox, token) => store.operations.revokedSince(mailbox, token) !== undefined;
}

/**
 * Whether the signature is the owner's, or that of a subaccount whose token the owner has signed, that is not revoked
 * and that allows it (session-protocol §3.2, §3.7). Reads no clock.
 */
export function isAllowed({ mailbox, auth, text, access }: Claim, isRevoked: IsRevoked): boolean {
  const owner = ownerKey(mailbox, auth);
  if (owner === undefined) return false;
  if (auth.subaccount === undefined) return ed25519Verify(owner, text, auth.signature);
  const { token, signature } = auth.subaccount;
  const subaccount = decodeSubaccountToken(token);
  const isForPrefix =
    subaccount.prefix === mailbox[0] || (subaccount.access & SUBACCOUNT_ACCESS.anyPrefix) !== 0;
  return (
    isForPrefix &&
    (subaccount.access & access) === access &&
    !isRevoked(mailbox, token) &&
    ed25519Verify(owner, token, signature) &&
    ed25519Verify(subaccount.ed25519, text, auth.signature)
  );
}

/** The key that the owner of a mailbox signs with; `undefined` when the one that was given is not. */
function ownerKey(mailbox: Bytes, { ed25519 }: RequestAuth): Bytes | undefined {
  const key = mailbox.subarray(1);
  if (mailbox[0] !== ACCOUNT_PREFIX || ed25519 === undefined) return key;
  const converted = ed25519PublicToX25519(ed25519);
  return converted !== undefined && equalBytes(converted, key) ? ed25519 : undefined;
}
