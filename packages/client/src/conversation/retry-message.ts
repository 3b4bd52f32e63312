import { decodeContent } from '@sotto/protocol';
import { isReplaced } from '../account/standing.ts';
import type { RetryOutcome } from '../client-chat-types.ts';
import { MAX_OUTBOX } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { putFile, without } from '../files/finish-file.ts';
import type { Contact, FailedText, MessageId, StoredFile, StoredMessage } from '../ports/store.ts';
import { makeEntryId } from './make-content.ts';
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
    const files = (await core.store.filesOf(id)).filter(({ state }) => state !== 'stored');
    if (files.length > 0) return retryFiles(core, work, stored, files);
    const contact = await core.store.contact(stored.chat);
    const failed = await core.store.failedText(id);
    const reason = whyNot(contact, failed);
    if (reason !== undefined || failed === undefined) {
      return { outcome: 'not-possible', reason: reason ?? WRITE_ANEW };
    }
    if ((await core.signals.outboxSize()) >= MAX_OUTBOX) return { outcome: 'outbox-full', limit: MAX_OUTBOX };
    const { sequence: _, problem: __, road: ___, storedOn: ____, of: _____, ...message } = stored;
    const entry = makeEntryId(core.random);
    work.change(
      { kind: 'delete-failed', message: id },
      { kind: 'put-message', message: { ...message, state: 'queued' } },
      {
        kind: 'put-outbox',
        entry: {
          id: entry,
          kind: 'message',
          to: stored.chat,
          message: id,
          content: failed.content,
          // Not that of the message: how long it is tried counts from now.
          timestamp: core.clock.now(),
          urgent: true,
          order: (await core.store.lastOutboxOrder()) + 1,
          notBefore: 0,
          attempts: 0,
          encrypted: [],
        },
      },
    );
    work.after(() => {
      core.signals.outboxAdded(stored.chat, entry);
      return { event: 'message-state', message: id, chat: stored.chat, state: 'queued' };
    });
    tellItem(core, work, id);
    return 'queued';
  });
  if (outcome !== 'queued') return outcome;
  const message = await core.store.message(id);
  return message === undefined ? { outcome: 'unknown-message' } : { outcome: 'queued', message };
}

/** What storage nodes do not have yet goes first, from where it was. */
async function retryFiles(
  core: Core,
  work: Work,
  { sequence: _, problem: __, ...message }: StoredMessage,
  files: readonly StoredFile[],
): Promise<RetryOutcome | 'queued'> {
  const contact = await core.store.contact(message.chat);
  if (contact === undefined) return { outcome: 'not-possible', reason: NO_CONTACT };
  if (contact.state === 'blocked') return { outcome: 'not-possible', reason: BLOCKED };
  // How long it is tried counts from now.
  for (const file of files) putFile(work, without(file, { state: 'waiting', addedAt: core.clock.now() }));
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
