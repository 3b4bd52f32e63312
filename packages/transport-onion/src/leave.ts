import type { PublishOutcome } from '@sotto/client';
import { parseRetrieveReply, retrieveText } from '@sotto/protocol';
import { type Box, signAt } from './box.ts';
import { deleteDurably } from './delete-durably.ts';
import { MAX_DELETES, PAGE_BYTES, PAGE_MESSAGES } from './limits.ts';
import type { Members } from './members.ts';
import { parseBody } from './parse-body.ts';
import { askQuorum } from './read-quorum.ts';
import { hashesIn } from './record.ts';

/** A box that refills as fast as it is emptied is left to expire. */
const MAX_ROUNDS = 50;

/**
 * Delete what this device may: the account's record, and what lies in its own mailboxes. What is deleted
 * at as many members as would make it durable stays deleted; the rest expires.
 */
export async function leave(members: Members, outbox: Box, boxes: readonly Box[]): Promise<PublishOutcome> {
  const record = await hashesIn(members, outbox);
  if (record === undefined) return { outcome: 'unreachable' };
  if (record.length > 0 && !(await deleteDurably(members, outbox, record))) return { outcome: 'unreachable' };
  for (const box of boxes) if (!(await empty(members, box))) return { outcome: 'unreachable' };
  return { outcome: 'published' };
}

async function empty(members: Members, box: Box): Promise<boolean> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const hashes = await listBox(members, box);
    if (hashes === undefined) return false;
    if (hashes.length === 0) return true;
    if (!(await deleteDurably(members, box, hashes.slice(0, MAX_DELETES)))) return false;
  }
  return true;
}

async function listBox(members: Members, box: Box): Promise<readonly string[] | undefined> {
  const asked = await askQuorum<readonly string[]>(members, {
    purpose: 'ask',
    key: box.key,
    clock: members.asker.traveller.clock,
    request: (now) => ({
      method: 'retrieve',
      mailbox: box.key,
      namespace: box.namespace,
      maxCount: PAGE_MESSAGES,
      maxSize: PAGE_BYTES,
      auth: signAt(box, now, retrieveText),
    }),
    read: (body) => parseBody(body, parseRetrieveReply)?.messages.map(({ hash }) => hash),
  });
  return asked.outcome === 'answered' ? [...new Set(asked.answers.flat())] : undefined;
}
