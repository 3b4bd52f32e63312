import { sha256 } from '@sotto/crypto';
import { encodePointer } from '@sotto/shards';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { pointerOf } from '../files/pointer-of.ts';
import { queueEntry } from '../outbox/queue-entry.ts';
import type { Message, StoredFile } from '../ports/store.ts';
import { makeText } from './make-content.ts';
import { mailboxToTell, rememberTelling } from './told-mailbox.ts';

/**
 * A message whose files are where the other side can fetch them gets its place in the count of the chat and in the
 * outbox now: what was written after it has not waited for it.
 */
export async function encodeMessage(
  core: Core,
  work: Work,
  message: Message,
  files: readonly StoredFile[],
): Promise<void> {
  const own = await core.store.account();
  const contact = await core.store.contact(message.chat);
  if (own === undefined || contact === undefined) return;
  const { id, text } = message;
  // No earlier than what was written meanwhile: the other side tells by it what comes late.
  const countedAt = Math.max(core.clock.now(), own.lastSentAt);
  const content = await makeText(core, own, contact, {
    countedAt,
    text,
    sentAt: id.sentAt,
    attachments: files.map(attachmentOf),
  });
  const mailbox = mailboxToTell(core, contact);
  if (mailbox !== undefined) rememberTelling(work, contact.account, mailbox);
  work.change({
    kind: 'put-contact',
    contact: { ...contact, nextCounter: contact.nextCounter + 1, lastHash: sha256(content) },
  });
  queueEntry(core, work, {
    kind: 'message',
    to: contact.account,
    message: id,
    content,
    // Not that of the message: how long it is tried counts from now.
    timestamp: core.clock.now(),
    urgent: true,
    order: (await core.store.lastOutboxOrder()) + 1,
  });
}

function attachmentOf(file: StoredFile) {
  const { name, type, width, height } = file;
  return {
    ...encodePointer(pointerOf(file)),
    contentType: type,
    ...(name === undefined ? {} : { fileName: name }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}
