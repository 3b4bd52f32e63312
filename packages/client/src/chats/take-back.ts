import { asBytes, equalBytes } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { decodeContent } from '@sotto/protocol';
import { formatMessageId } from '../conversation/message-id.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, Contact, MessageId, OutboxEntry } from '../ports/store.ts';

/**
 * Texts to one account that wait are not carried any more: one of them, or all. Where the newest ones have
 * never been encrypted, their places in the count are given out again, so that the other side misses nothing.
 */
export async function takeBack(core: Core, work: Work, to: AccountKey, only?: MessageId): Promise<void> {
  const wanted = only && formatMessageId(only);
  const before = await core.store.contact(to);
  let contact = before;
  for (const entry of (await core.store.outbox()).toReversed()) {
    if (entry.to !== to || entry.message === undefined) continue;
    if (wanted !== undefined && formatMessageId(entry.message) !== wanted) continue;
    work.change({ kind: 'delete-outbox', id: entry.id });
    contact = contact && withoutPlace(contact, entry);
  }
  if (contact !== undefined && contact !== before) work.change({ kind: 'put-contact', contact });
  work.after(() => {
    // What was written after it does not wait behind what is gone.
    core.signals.wake(to);
    return undefined;
  });
}

/** The same contact when the place may have been seen: something else stands behind it, or it may have left. */
function withoutPlace(contact: Contact, { message, timestamp, encrypted, content }: OutboxEntry): Contact {
  // One that is tried again has a later time than its message, and may have left at the first attempt.
  if (encrypted.length > 0 || timestamp !== message?.sentAt) return contact;
  const { lastHash, ...others } = contact;
  if (lastHash === undefined || !equalBytes(lastHash, sha256(content))) return contact;
  const { counter = 0n, previousHash } = decodeContent(content).sotto ?? {};
  if (Number(counter) !== contact.nextCounter - 1) return contact;
  const previous =
    previousHash === undefined || previousHash.length === 0 ? undefined : asBytes(previousHash);
  return {
    ...others,
    nextCounter: Number(counter),
    ...(previous === undefined ? {} : { lastHash: previous }),
  };
}
