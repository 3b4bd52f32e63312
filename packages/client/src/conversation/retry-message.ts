import { decodeContent } from '@sotto/protocol';
import { layoutOf } from '@sotto/shards';
import { isReplaced } from '../account/standing.ts';
import type { RetryOutcome } from '../client-chat-types.ts';
import { FILE_LIFETIME, MAX_OUTBOX, OUTBOX_LIFETIME } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { noBits } from '../files/bits.ts';
import { putFile, without } from '../files/finish-file.ts';
import type { Contact, FailedText, MessageId, StoredFile, StoredMessage } from '../ports/store.ts';
import { queueAgain } from './queue-again.ts';
import { tellItem } from './tell-message.ts';

/**
 * A text that failed waits again: the same message with the same content, so that the other side shows it
 * once whatever arrived before, and in its own place of the count. It is encrypted anew: a failure is a
 * matter of days, for which ratchet messages do not hold.
 */
export async function retryMessage(core: Core, id: MessageId): Promise<RetryOutcome> {
  const outcome = await core.unit(async (work): Promise<RetryOutcome | 'queued'> => {
    const own = await core.store.account();
    const stored = await core.store.message(id);
    if (own === undefined || stored === undefined) return { outcome: 'unknown-message' };
    if (isReplaced(core, own)) return { outcome: 'device-replaced' };
    if (stored.direction !== 'out' || stored.state !== 'failed') {
      return { outcome: 'not-possible', reason: 'this message has not failed' };
    }
    const now = core.clock.now();
    const files = (await core.store.filesOf(id)).filter(
      (file) => file.state !== 'stored' || isEnding(file, now),
    );
    const contact = await core.store.contact(stored.chat);
    const failed = await core.store.failedText(id);
    if (files.length > 0) return retryFiles(core, work, { stored, files, contact, failed });
    const reason = whyNot(contact, failed);
    if (reason !== undefined || failed === undefined) {
      return { outcome: 'not-possible', reason: reason ?? WRITE_ANEW };
    }
    if ((await core.signals.outboxSize()) >= MAX_OUTBOX) return { outcome: 'outbox-full', limit: MAX_OUTBOX };
    await queueAgain(core, work, stored, failed);
    return 'queued';
  });
  if (outcome !== 'queued') return outcome;
  const message = await core.store.message(id);
  return message === undefined ? { outcome: 'unknown-message' } : { outcome: 'queued', message };
}

/** Whether storage nodes may forget a file before its message, tried for as long as any, has come and was read. */
function isEnding({ addedAt }: StoredFile, now: number): boolean {
  return now - addedAt > FILE_LIFETIME - OUTBOX_LIFETIME;
}

interface FilesAgain {
  readonly stored: StoredMessage;
  readonly files: readonly StoredFile[];
  readonly contact: Contact | undefined;
  readonly failed: FailedText | undefined;
}

/** What storage nodes do not have, or not for long, goes first: what they lack from where it was. */
function retryFiles(
  core: Core,
  work: Work,
  { stored: { sequence: _, problem: __, ...message }, files, contact, failed }: FilesAgain,
): RetryOutcome | 'queued' {
  if (contact === undefined) return { outcome: 'not-possible', reason: NO_CONTACT };
  if (contact.state === 'blocked') return { outcome: 'not-possible', reason: BLOCKED };
  const reason = failed === undefined ? undefined : whyNot(contact, failed);
  if (reason !== undefined) return { outcome: 'not-possible', reason };
  for (const file of files) {
    const done = file.state === 'stored' ? noBits(layoutOf(file.size).stored) : file.done;
    // How long it is tried counts from now.
    putFile(work, without(file, { state: 'waiting', done, addedAt: core.clock.now() }));
  }
  work.change({ kind: 'put-message', message: { ...message, state: 'queued' } });
  work.after(() => {
    core.signals.filesDue();
    return { event: 'message-state', message: message.id, chat: message.chat, state: 'queued' };
  });
  tellItem(core, work, message.id);
  return 'queued';
}

const NO_CONTACT = 'they are no contact any more: write to them anew';
const BLOCKED = 'they are blocked';
const WRITE_ANEW = 'what was to be carried is not kept any more: write it again as a new message';

function whyNot(contact: Contact | undefined, failed: FailedText | undefined): string | undefined {
  if (contact === undefined) return NO_CONTACT;
  if (contact.state === 'blocked') return BLOCKED;
  if (contact.warning !== undefined) return 'the warning in this chat has to be looked at first';
  if (failed === undefined) return WRITE_ANEW;
  // The count began anew since, because their device was set up anew: this place means nothing there.
  const { counter = 0n } = decodeContent(failed.content).sotto ?? {};
  return Number(counter) < contact.nextCounter ? undefined : WRITE_ANEW;
}
