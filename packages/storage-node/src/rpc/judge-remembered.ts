import { type Bytes, utf8 } from '@sotto/bytes';
import { blake2b } from '@sotto/crypto';
import {
  type ClientRequest,
  decodeRpc,
  MAX_MESSAGE_DATA_BYTES,
  MAX_TTL,
  MESSAGE_HASH_BYTES,
  messageHashInput,
  messageHashText,
  namespaceRules,
  type OperationRequest,
  ProtocolError,
} from '@sotto/protocol';
import { REMEMBERED_TOLERANCE } from '../constants.ts';
import type { SyncedMessage } from '../store/messages.ts';
import { describeOperation, mayDelete, type Operation } from '../store/operation.ts';
import type { SyncedOperation } from '../store/sync-store.ts';
import { type IsRevoked, isAllowed } from './authenticate.ts';
import { operationClaim, storeClaim } from './claims.ts';

/** When the owner of a mailbox has taken the rights of a token away, milliseconds. */
export type RevokedSince = (mailbox: Bytes, token: Bytes) => number | undefined;

/*
 * What another member remembers is judged as when a client asked for it, without a clock: by the signature, and by
 * the time that the swarm gave it, which must fit whatever time was signed. So a member can neither make up what no
 * owner has said nor say it again later; where nothing with a time was signed (`delete`, `expire`, inboxes) it can
 * do what anybody can who has seen the request.
 */

/** The operation, when its owner has asked for it. */
export function judgeOperation(
  { request: text, at }: SyncedOperation,
  revokedSince: RevokedSince,
): Operation | undefined {
  const request = readOperation(text);
  if (request === undefined || !fits(request, at)) return undefined;
  const operation = describeOperation(request);
  // Written in one way only: each operation is one at every member.
  if (operation.text !== text) return undefined;
  return isAllowed(operationClaim(request), revokedBy(at, revokedSince)) ? operation : undefined;
}

function readOperation(text: string): OperationRequest | undefined {
  let request: ClientRequest;
  try {
    request = decodeRpc(utf8(text));
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
  switch (request.method) {
    case 'delete':
    case 'delete_all':
    case 'delete_before':
    case 'expire':
    case 'expire_all':
    case 'revoke_subaccount':
    case 'unrevoke_subaccount':
      return request;
    default:
      return undefined;
  }
}

function fits(request: OperationRequest, at: number): boolean {
  switch (request.method) {
    case 'delete':
      return true;
    case 'delete_before':
      return request.before <= at + REMEMBERED_TOLERANCE;
    case 'expire_all':
      return request.expiry >= at - REMEMBERED_TOLERANCE;
    case 'expire': {
      const { mode, auth, expiries } = request;
      if (mode === 'shorten' && !mayDelete(auth.subaccount?.token)) return false;
      return expiries.every((expiry) => expiry >= at - REMEMBERED_TOLERANCE);
    }
    default:
      return isNear(request.auth.signedAt, at);
  }
}

/** Whether a message is what it is called, and was stored as its namespace has it. */
export function judgeMessage(message: SyncedMessage, revokedSince: RevokedSince): boolean {
  const { mailbox, namespace, hash, data, timestamp, baseExpiry, storedAt, signedAt, evidence } = message;
  if (data.length > MAX_MESSAGE_DATA_BYTES) return false;
  if (timestamp > storedAt + REMEMBERED_TOLERANCE) return false;
  if (baseExpiry > storedAt + MAX_TTL + REMEMBERED_TOLERANCE) return false;
  const input = messageHashInput(mailbox, namespace, data);
  if (messageHashText(blake2b(MESSAGE_HASH_BYTES, input)) !== hash) return false;
  if (namespaceRules(namespace).openStore) return signedAt === 0 && evidence === undefined;
  if (evidence === undefined || !isNear(signedAt, storedAt)) return false;
  return isAllowed(storeClaim(message, evidence, signedAt), revokedBy(storedAt, revokedSince));
}

function isNear(signedAt: number, at: number): boolean {
  return Math.abs(signedAt - at) <= REMEMBERED_TOLERANCE;
}

/** What a subaccount did before its rights were taken away stands. */
function revokedBy(at: number, revokedSince: RevokedSince): IsRevoked {
  return (mailbox, token) => (revokedSince(mailbox, token) ?? Number.POSITIVE_INFINITY) <= at;
}
