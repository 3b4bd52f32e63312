import { observe, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { MAX_BODY_BYTES } from '@sotto/protocol';
import { isReplaced } from '../account/standing.ts';
import type { SendOutcome, SendRequest } from '../client-types.ts';
import { MAX_BODY_BESIDE_FILES, MAX_FILES, MAX_OUTBOX } from '../constants.ts';
import { becomeAccepted } from '../contacts/accept-request.ts';
import { findContact } from '../contacts/find-contact.ts';
import { newContact } from '../contacts/new-contact.ts';
import { viewContact } from '../contacts/view-contact.ts';
import { mayTravel, whyNever } from '../contacts/why-never.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { giveList } from '../lists/give-list.ts';
import { encryptEarly } from '../outbox/encrypt-early.ts';
import { queueEntry } from '../outbox/queue-entry.ts';
import type {
  AccountKey,
  AccountState,
  Contact,
  Message,
  MessageId,
  StoreChange,
  StoredFile,
} from '../ports/store.ts';
import { makeText } from './make-content.ts';
import { nextSentAt } from './next-sent-at.ts';
import { tellItem } from './tell-message.ts';
import { mailboxToTell, rememberTelling } from './told-mailbox.ts';

/**
 * Stop 3, write down: one unit of work holds the message, its outbox entry, its place in the chat and its
 * time. When this resolves with `written`, a crash loses nothing. Replying to a request accepts it.
 */
export async function sendMessage(core: Core, request: SendRequest): Promise<SendOutcome> {
  const refused = whyNot(request);
  if (refused !== undefined) return refused;
  const found = await findContact(core, request.to);
  if (found.outcome === 'unknown') return { outcome: 'unknown-recipient' };
  if (found.outcome === 'malformed') return { outcome: 'bad-recipient', reason: found.reason };
  if (found.outcome === 'ambiguous') return { ...found, outcome: 'ambiguous-recipient' };
  observe('write-down', 'before');
  const outcome = await core.shared<SendOutcome>(async (work, core) => {
    const own = await core.store.account();
    if (own === undefined) return { outcome: 'no-account' };
    if (isReplaced(core, own)) return { outcome: 'device-replaced' };
    if (found.account === own.account) return { outcome: 'yourself' };
    if ((await core.signals.outboxSize()) >= MAX_OUTBOX) {
      return { outcome: 'outbox-full', limit: MAX_OUTBOX };
    }
    const before = await core.store.contact(found.account);
    if (before?.state === 'blocked') return { outcome: 'blocked' };
    if (before?.warning !== undefined) return { outcome: 'warning', warning: before.warning };
    const draft = before ?? newContact(found.account, 'invited', core.clock.now());
    const files = await takeKept(core, request.files ?? []);
    if (files === undefined) return { outcome: 'unknown-file' };
    if (files.length > 0 && !mayTravel(own, 'onion')) return { outcome: 'no-way', why: 'files-need-onion' };
    const never = whyNever(core, own, { ...draft, road: request.road ?? draft.road });
    // What the other side asked for may end without us; what the user asks for is the user's to change.
    if (never !== undefined && never !== 'no-onion-for-theirs') return { outcome: 'no-way', why: never };
    const contact = await recipient(core, work, before, found, request.road);
    return files.length === 0
      ? writeDown(core, work, own, contact, request.text)
      : writeDownWithFiles(core, work, { own, contact, text: request.text, files });
  });
  observe('write-down', 'after');
  return outcome;
}

function whyNot({ text, files = [] }: SendRequest): SendOutcome | undefined {
  if (files.length > MAX_FILES) return { outcome: 'too-many-files', limit: MAX_FILES };
  if (text.trim() === '' && files.length === 0) return { outcome: 'empty' };
  const length = utf8(text).length;
  const limit = files.length === 0 ? MAX_BODY_BYTES : MAX_BODY_BESIDE_FILES;
  return length > limit ? { outcome: 'too-long', length, limit } : undefined;
}

/** In the order in which they were named. */
async function takeKept(core: Core, ids: readonly string[]): Promise<readonly StoredFile[] | undefined> {
  const files = await Promise.all([...new Set(ids)].map((id) => core.store.file(id)));
  const kept = files.filter((file) => file?.state === 'kept');
  return kept.length === ids.length ? (kept as readonly StoredFile[]) : undefined;
}

/** The contact as it is when this message has been written; not written yet. */
async function recipient(
  core: Core,
  work: Work,
  before: Contact | undefined,
  found: { readonly account: AccountKey; readonly name?: string },
  road: Contact['road'] | undefined,
): Promise<Contact> {
  const way = road === undefined ? {} : { road };
  if (before?.state === 'request') return { ...(await becomeAccepted(core, work, before)), ...way };
  if (before !== undefined) {
    const changed: Contact = { ...before, ...way };
    if (changed.road !== before.road) {
      work.after(() => {
        // What waits before it for the other road goes by this one now, or it would hold this one up.
        core.signals.wake(before.account);
        return { event: 'contact', account: before.account, contact: viewContact(changed) };
      });
    }
    return changed;
  }
  const named = found.name === undefined ? {} : { nickname: found.name };
  const contact: Contact = { ...newContact(found.account, 'invited', core.clock.now()), ...named, ...way };
  work.after(() => ({ event: 'contact', account: contact.account, contact: viewContact(contact) }));
  return contact;
}

/** It gets its place in the outbox when storage nodes have its files: nothing that is written after it waits for them. */
async function writeDownWithFiles(
  core: Core,
  work: Work,
  job: {
    readonly own: AccountState;
    readonly contact: Contact;
    readonly text: string;
    readonly files: readonly StoredFile[];
  },
): Promise<SendOutcome> {
  const { own, contact, text, files } = job;
  const sentAt = await nextSentAt(core, own);
  const id = { author: own.account, device: own.device, sentAt };
  const chat = contact.account;
  work.change(
    { kind: 'put-account', state: { ...own, lastSentAt: sentAt } },
    { kind: 'put-contact', contact },
    { kind: 'put-message', message: { ...outgoing(id, chat, text), files: files.length } },
    ...files.map(
      (file, place): StoreChange => ({
        kind: 'put-file',
        file: { ...file, chat, message: id, place, state: 'waiting' },
      }),
    ),
  );
  tellItem(core, work, id);
  work.after(() => {
    for (const file of files) core.filesOfThisRun.delete(file.id);
    core.signals.filesDue();
    return { event: 'message-state', message: id, chat, state: 'queued' };
  });
  return { outcome: 'written', message: id, to: chat, order: (await core.store.lastOutboxOrder()) + 1 };
}

function outgoing(id: MessageId, chat: AccountKey, text: string): Message {
  return { id, chat, direction: 'out', kind: 'text', text, state: 'queued', request: false };
}

async function writeDown(
  core: Core,
  work: Work,
  own: AccountState,
  contact: Contact,
  text: string,
): Promise<SendOutcome> {
  const sentAt = await nextSentAt(core, own);
  const id = { author: own.account, device: own.device, sentAt };
  const content = await makeText(core, own, contact, { text, sentAt });
  const mailbox = mailboxToTell(core, contact);
  if (mailbox !== undefined) rememberTelling(work, contact.account, mailbox);
  const order = (await core.store.lastOutboxOrder()) + 1;
  work.change(
    { kind: 'put-account', state: { ...own, lastSentAt: sentAt } },
    {
      kind: 'put-contact',
      contact: { ...contact, nextCounter: contact.nextCounter + 1, lastHash: sha256(content) },
    },
    { kind: 'put-message', message: outgoing(id, contact.account, text) },
  );
  const entry = queueEntry(core, work, {
    ...{ kind: 'message', to: contact.account, message: id, content },
    ...{ timestamp: sentAt, urgent: true, order },
  });
  if (core.signals.outboxFree(contact.account)) encryptEarly(core, contact, entry);
  tellItem(core, work, id);
  work.after(() => ({ event: 'message-state', message: id, chat: contact.account, state: 'queued' }));
  await giveList(core, work, { own: { ...own, lastSentAt: sentAt }, contact, order });
  return { outcome: 'written', message: id, to: contact.account, order };
}
