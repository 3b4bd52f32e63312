import { observe, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { MAX_BODY_BYTES } from '@sotto/protocol';
import { isReplaced } from '../account/standing.ts';
import type { SendOutcome, SendRequest } from '../client-types.ts';
import { MAX_OUTBOX } from '../constants.ts';
import { becomeAccepted } from '../contacts/accept-request.ts';
import { findContact } from '../contacts/find-contact.ts';
import { newContact } from '../contacts/new-contact.ts';
import { viewContact } from '../contacts/view-contact.ts';
import { whyNever } from '../contacts/why-never.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { encryptEarly } from '../outbox/encrypt-early.ts';
import type { AccountKey, AccountState, Contact } from '../ports/store.ts';
import { makeEntryId, makeText } from './make-content.ts';
import { nextSentAt } from './next-sent-at.ts';
import { tellItem } from './tell-message.ts';
import { mailboxToTell, rememberTelling } from './told-mailbox.ts';

/**
 * Stop 3, write down: one unit of work holds the message, its outbox entry, its place in the chat and its
 * time. When this resolves with `written`, a crash loses nothing. Replying to a request accepts it.
 */
export async function sendMessage(core: Core, request: SendRequest): Promise<SendOutcome> {
  const length = utf8(request.text).length;
  if (request.text.trim() === '') return { outcome: 'empty' };
  if (length > MAX_BODY_BYTES) return { outcome: 'too-long', length, limit: MAX_BODY_BYTES };
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
    const never = whyNever(core, own, { ...draft, road: request.road ?? draft.road });
    // What the other side asked for may end without us; what the user asks for is the user's to change.
    if (never !== undefined && never !== 'no-onion-for-theirs') return { outcome: 'no-way', why: never };
    const contact = await recipient(core, work, before, found, request.road);
    return writeDown(core, work, own, contact, request.text);
  });
  observe('write-down', 'after');
  return outcome;
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

async function writeDown(
  core: Core,
  work: Work,
  own: AccountState,
  contact: Contact,
  text: string,
): Promise<SendOutcome> {
  const sentAt = await nextSentAt(core, own);
  const id = { author: own.account, device: own.device, sentAt };
  const content = makeText(core, own, contact, { text, sentAt });
  const mailbox = mailboxToTell(core, contact);
  if (mailbox !== undefined) rememberTelling(work, contact.account, mailbox);
  const order = (await core.store.lastOutboxOrder()) + 1;
  const entry = makeEntryId(core.random);
  work.change(
    { kind: 'put-account', state: { ...own, lastSentAt: sentAt } },
    {
      kind: 'put-contact',
      contact: { ...contact, nextCounter: contact.nextCounter + 1, lastHash: sha256(content) },
    },
    {
      kind: 'put-message',
      message: {
        id,
        chat: contact.account,
        direction: 'out',
        kind: 'text',
        text,
        state: 'queued',
        request: false,
      },
    },
    {
      kind: 'put-outbox',
      entry: {
        id: entry,
        kind: 'message',
        to: contact.account,
        message: id,
        content,
        timestamp: sentAt,
        urgent: true,
        order,
        notBefore: 0,
        attempts: 0,
        encrypted: [],
      },
    },
  );
  if (core.signals.outboxFree(contact.account)) encryptEarly(core, contact, entry);
  tellItem(core, work, id);
  work.after(() => {
    core.signals.outboxAdded(contact.account, entry);
    return { event: 'message-state', message: id, chat: contact.account, state: 'queued' };
  });
  return { outcome: 'written', message: id, to: contact.account, order };
}
