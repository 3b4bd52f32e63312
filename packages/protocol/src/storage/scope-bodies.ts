import type { Bytes } from '@sotto/bytes';
import type {
  DeleteAllRequest,
  DeleteBeforeRequest,
  ExpireAllRequest,
  RevocationRequest,
} from './client-request.ts';
import { MAX_REVOKED, MAX_UNREVOKED } from './constants.ts';
import { readAuth, readOwnerAuth } from './request-auth.ts';
import {
  invalid,
  missing,
  type Params,
  readMailbox,
  readScope,
  readTexts,
  readTime,
  tokenOrNothing,
} from './request-fields.ts';

/** Methods for whole namespaces and for subaccounts (reference: session-protocol §3.6), each checked for its form alone. */

export function readDeleteAll(params: Params): DeleteAllRequest {
  const namespace = readScope(params);
  const mailbox = readMailbox(params, 'pubkey');
  const signedAt = readTime(params, 'timestamp');
  const auth = readAuth(params, mailbox);
  if (signedAt === undefined) throw missing('timestamp');
  return { method: 'delete_all', mailbox, namespace, auth: { ...auth, signedAt } };
}

export function readDeleteBefore(params: Params): DeleteBeforeRequest {
  const before = readTime(params, 'before');
  const namespace = readScope(params);
  const mailbox = readMailbox(params, 'pubkey');
  const auth = readAuth(params, mailbox);
  if (before === undefined) throw missing('before');
  return { method: 'delete_before', mailbox, namespace, before, auth };
}

export function readExpireAll(params: Params): ExpireAllRequest {
  const expiry = readTime(params, 'expiry');
  const namespace = readScope(params);
  const mailbox = readMailbox(params, 'pubkey');
  const auth = readAuth(params, mailbox);
  if (expiry === undefined) throw missing('expiry');
  return { method: 'expire_all', mailbox, namespace, expiry, auth };
}

export function readRevocation(method: RevocationRequest['method'], params: Params): RevocationRequest {
  const isRevoke = method === 'revoke_subaccount';
  const [verb, most] = isRevoke ? (['revoke', MAX_REVOKED] as const) : (['unrevoke', MAX_UNREVOKED] as const);
  const texts = readTexts(params, verb);
  const signedAt = readTime(params, 'timestamp');
  const mailbox = readMailbox(params, 'pubkey');
  const auth = readOwnerAuth(params, mailbox);
  if (texts === undefined) throw missing(verb);
  if (texts.length > most) {
    throw invalid(`invalid ${verb}: cannot ${verb} more than ${most} subaccounts at once`, verb);
  }
  const tokens = texts.map((text) => readToken(text, verb));
  if (signedAt === undefined) throw missing('timestamp');
  return { method, mailbox, tokens, auth: { ...auth, signedAt } };
}

function readToken(text: string, verb: 'revoke' | 'unrevoke'): Bytes {
  const token = tokenOrNothing(text);
  if (token !== undefined) return token;
  throw invalid(`invalid ${verb}: expected base64 or hex-encoded subaccount tag`, verb);
}
