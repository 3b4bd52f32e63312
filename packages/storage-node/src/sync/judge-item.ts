import { type Bytes, BytesError, equalBytes, fromUtf8 } from '@sotto/bytes';
import { blake2b } from '@sotto/crypto';
import {
  MAX_TTL,
  MESSAGE_HASH_BYTES,
  messageHashInput,
  messageHashText,
  namespaceRules,
} from '@sotto/protocol';
import { MAX_LEAD, REMEMBERED_TOLERANCE } from '../constants.ts';
import { judgeMessage, judgeOperation, type RevokedSince } from '../rpc/judge-remembered.ts';
import type { SyncedMessage } from '../store/messages.ts';
import { messageSyncId, type Operation, operationSyncId } from '../store/operation.ts';
import type { Verdict } from './pull-round.ts';
import { decodeItem, type MessageItem, type OperationItem } from './sync-item.ts';

/** What an item alone cannot tell. */
export interface JudgeContext {
  /** Whether this swarm keeps the mailbox. */
  isOurs(mailbox: Bytes): boolean;
  readonly revokedSince: RevokedSince;
  /** Milliseconds. */
  readonly now: number;
}

/** What may be kept, if what is here already does not speak against it. */
export type Judged =
  /** `proven`: one member's word is enough. */
  | { readonly kind: 'message'; readonly message: SyncedMessage; readonly proven: boolean }
  | { readonly kind: 'operation'; readonly operation: Operation; readonly at: number }
  | { readonly kind: 'refused'; readonly verdict: Verdict };

/**
 * What one member says that another should keep, judged by what it proves itself. `id` is the ID that it was asked
 * for by, if it was asked for.
 */
export function judgeItem(context: JudgeContext, bytes: Bytes, id?: Bytes): Judged {
  const item = decodeItem(bytes);
  if (item === undefined) return refused('forged');
  return item.kind === 'message' ? aboutMessage(context, item, id) : aboutOperation(context, item, id);
}

/**
 * A message proves its hash, and nothing about when it was stored. Of an inbox, where anybody may store it, it is
 * taken as it is; elsewhere the signature with which it was stored speaks for it.
 */
function aboutMessage(context: JudgeContext, item: MessageItem, id: Bytes | undefined): Judged {
  const { kind, ...rest } = item;
  const { mailbox, namespace, data, storedAt } = item;
  const hash = messageHashText(blake2b(MESSAGE_HASH_BYTES, messageHashInput(mailbox, namespace, data)));
  const message: SyncedMessage = { ...rest, hash };
  if (id !== undefined && !equalBytes(id, messageSyncId(message))) return refused('forged');
  if (breaksRules(message)) return refused('forged');
  if (!context.isOurs(mailbox)) return refused('elsewhere');
  if (storedAt > context.now + MAX_LEAD) return refused('early');
  return { kind, message, proven: judgeMessage(message, context.revokedSince) };
}

/** Whether no member that keeps to the rules can have such a message. */
function breaksRules({
  namespace,
  timestamp,
  baseExpiry,
  storedAt,
  signedAt,
  evidence,
}: SyncedMessage): boolean {
  const { openStore } = namespaceRules(namespace);
  // Also in an inbox: its owner may have prolonged it, and then it was stored once more.
  if (baseExpiry > storedAt + MAX_TTL + REMEMBERED_TOLERANCE) return true;
  if (timestamp > storedAt + REMEMBERED_TOLERANCE) return true;
  return openStore ? signedAt !== 0 || evidence !== undefined : signedAt === 0;
}

/** An operation proves itself; of when it was asked for, no more than its signature covers. */
function aboutOperation(context: JudgeContext, { at, text }: OperationItem, id: Bytes | undefined): Judged {
  const request = textOf(text);
  if (request === undefined) return refused('forged');
  // One that a subaccount has signed was good for whoever has not heard that it has no rights any more.
  const signed = judgeOperation({ request, at }, () => undefined);
  if (signed === undefined) return refused('forged');
  if (id !== undefined && !equalBytes(id, operationSyncId(signed.identity, at))) return refused('forged');
  if (!context.isOurs(signed.mailbox)) return refused('elsewhere');
  const operation = judgeOperation({ request, at }, context.revokedSince);
  return operation === undefined ? refused('over') : { kind: 'operation', operation, at };
}

function textOf(bytes: Bytes): string | undefined {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function refused(verdict: Verdict): Judged {
  return { kind: 'refused', verdict };
}
