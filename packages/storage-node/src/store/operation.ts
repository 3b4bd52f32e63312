import { type Bytes, concatBytes, fromUtf8, toBase64, toHex, utf8 } from '@sotto/bytes';
import { blake2b } from '@sotto/crypto';
import {
  decodeSubaccountToken,
  type ExpireRequest,
  formatClientRequest,
  type OperationRequest,
  SUBACCOUNT_ACCESS,
} from '@sotto/protocol';
import { OPERATION_MEMORY, REVOCATION_MEMORY } from '../constants.ts';
import type { Lived, TouchMode } from './touch.ts';

/** What an operation of whole namespaces stands under, where others stand under a hash or a token. */
export const SCOPE = '';

/** One thing that an operation is about. */
export interface OperationTarget {
  /** A message's hash, `SCOPE`, or a subaccount's token in base64. */
  readonly target: string;
  readonly mode: TouchMode;
  readonly namespace?: number;
  readonly value?: number;
}

/** What an owner has signed of what is kept, as it is remembered. */
export interface Operation {
  readonly mailbox: Bytes;
  readonly kind: OperationRequest['method'];
  /** The request, from which any member can verify the signature again. */
  readonly text: string;
  /** 16 bytes: one operation for each text. */
  readonly identity: Bytes;
  readonly targets: readonly OperationTarget[];
  /** Of a revocation, when its owner signed it: that is its time. */
  readonly signedAt?: number;
}

const ID_BYTES = 16;

/** What a request is, to be done and remembered. Nothing is verified here. */
export function describeOperation(request: OperationRequest): Operation {
  // Whether the asker wants a 404 is no part of what was asked for.
  const remembered = request.method === 'delete' ? { ...request, required: false } : request;
  const bytes = formatClientRequest(remembered);
  const common = {
    mailbox: request.mailbox,
    kind: request.method,
    text: fromUtf8(bytes),
    identity: blake2b(ID_BYTES, concatBytes(utf8('sotto operation v1 '), bytes)),
    targets: targetsOf(request),
  };
  const revokes = request.method === 'revoke_subaccount' || request.method === 'unrevoke_subaccount';
  return revokes ? { ...common, signedAt: request.auth.signedAt } : common;
}

function targetsOf(request: OperationRequest): readonly OperationTarget[] {
  switch (request.method) {
    case 'delete':
      return [...new Set(request.hashes)].map((target) => ({ target, mode: 'delete' }));
    case 'delete_all':
      return [{ target: SCOPE, mode: 'delete', ...namespaceOf(request) }];
    case 'delete_before':
      return [{ target: SCOPE, mode: 'delete', value: request.before, ...namespaceOf(request) }];
    case 'expire':
      return expireTargets(request);
    case 'expire_all':
      return [{ target: SCOPE, mode: 'shorten', value: request.expiry, ...namespaceOf(request) }];
    case 'revoke_subaccount':
    case 'unrevoke_subaccount': {
      const mode = request.method === 'revoke_subaccount' ? 'revoke' : 'unrevoke';
      const value = request.auth.signedAt;
      return [...new Set(request.tokens.map(toBase64))].map((target) => ({ target, mode, value }));
    }
  }
}

function namespaceOf({ namespace }: { readonly namespace: number | 'all' }): { namespace?: number } {
  return namespace === 'all' ? {} : { namespace };
}

/** Of a hash that is named twice the last time counts, as if one were asked after the other. */
function expireTargets(request: ExpireRequest): readonly OperationTarget[] {
  const [first = 0, ...rest] = request.expiries;
  const mode = expireModeOf(request);
  const values = new Map<string, number>();
  for (const [index, hash] of request.hashes.entries()) {
    values.set(hash, rest.length === 0 ? first : (request.expiries[index] ?? first));
  }
  return [...values].map(([target, value]) => ({ target, mode, value }));
}

/**
 * Who may write and not delete can lengthen a life only: a life of a few seconds is hardly one. Not asking for either
 * way means that way then (session-protocol §3.6).
 */
function expireModeOf({ mode, auth }: ExpireRequest): ExpireRequest['mode'] {
  return mode === 'set' && !mayDelete(auth.subaccount?.token) ? 'extend' : mode;
}

/** Whether a token, if there is one, allows it. */
export function mayDelete(token: Bytes | undefined): boolean {
  return token === undefined || (decodeSubaccountToken(token).access & SUBACCOUNT_ACCESS.delete) !== 0;
}

/** The last time at which anything can come of it, milliseconds. */
export function endOf({ signedAt }: Operation, at: number): number {
  return signedAt === undefined ? at + OPERATION_MEMORY : signedAt + REVOCATION_MEMORY;
}

/** What of a kept message two members compare. */
export interface ComparedMessage extends Lived {
  readonly mailbox: Bytes;
  readonly hash: string;
  readonly signedAt: number;
}

/** 16 bytes that are the same where a message is kept in the same way. */
export function messageSyncId(message: ComparedMessage): Bytes {
  const { mailbox, namespace, hash, storedAt, baseExpiry, timestamp, signedAt } = message;
  const rest = `${namespace} ${hash} ${storedAt} ${baseExpiry} ${timestamp} ${signedAt}`;
  return blake2b(ID_BYTES, concatBytes(utf8('sotto sync v1 message '), mailbox, utf8(rest)));
}

/** 16 bytes that are the same where an operation has the same time. */
export function operationSyncId(identity: Bytes, at: number): Bytes {
  return blake2b(ID_BYTES, utf8(`sotto sync v1 operation ${toHex(identity)} ${at}`));
}
