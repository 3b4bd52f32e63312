import type { Bytes } from '@sotto/bytes';
import { parseBatchReply, parseRetrieveReply, type RetrievedMessage, STORAGE_STATUS } from '@sotto/protocol';
import type { Box } from './box.ts';
import type { BoxMessage } from './hand-over.ts';
import { parseBody } from './parse-body.ts';
import { readLetter } from './request-letter.ts';
import { hashOf } from './store-durably.ts';

/** A page of a box as one member has it. */
export interface Page {
  readonly messages: readonly BoxMessage[];
  /** Hashes of what is no letter, or was not paid for. */
  readonly worthless: readonly string[];
  /** Where to go on at this member. */
  readonly lastHash: string | undefined;
  readonly more: boolean;
}

/** What lies in a box is a sealed message, or a letter around one. */
export type BoxKind = 'contacts' | 'requests';

export interface ReadBox {
  readonly box: Box;
  readonly kind: BoxKind;
  /** Whether a `delete` went before in one sequence. */
  readonly deletes: boolean;
  /** Messages that need no second look. */
  readonly isDone: (hash: string) => boolean;
}

/**
 * Read a member's answer; `undefined` when it cannot be true. A message whose hash is not that of its
 * bytes would be remembered under the name of another and keep it from being read.
 */
export function readPage(body: unknown, { box, kind, deletes, isDone }: ReadBox): Page | undefined {
  const inner = deletes ? innerBody(body) : body;
  const reply = parseBody(inner, parseRetrieveReply);
  if (!reply) return undefined;
  const messages: BoxMessage[] = [];
  const worthless: string[] = [];
  for (const message of reply.messages) {
    if (hashOf(box.key, box.namespace, message.data) !== message.hash) return undefined;
    const sealed =
      kind === 'contacts' || isDone(message.hash) ? message.data : readLetter(box.key, message.data);
    if (sealed && sealed.length > 0) messages.push(toBoxMessage(message, sealed));
    else worthless.push(message.hash);
  }
  const lastHash = reply.messages.at(-1)?.hash;
  return { messages, worthless, lastHash, more: reply.more && lastHash !== undefined };
}

/** The `retrieve` behind a `delete`. */
function innerBody(body: unknown): unknown {
  const last = parseBody(body, parseBatchReply)?.results[1];
  return last?.code === STORAGE_STATUS.ok ? last.body : undefined;
}

function toBoxMessage({ hash, timestamp }: RetrievedMessage, sealed: Bytes): BoxMessage {
  return { hash, timestamp, sealed };
}
