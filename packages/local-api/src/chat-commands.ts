import { z } from 'zod';
import { chat, chatItem, contactDevice, found } from './chat-values.ts';
import { MAX_DRAFT, MAX_PAGE, MAX_SEARCH } from './limits.ts';
import { messageId } from './names.ts';
import { contact, sent } from './values.ts';

const who = z.string().min(1).max(1024);
const sequence = z.int().nonnegative();
const done = z.object({});

/** What a screen with chats asks for: the list, the lines of one chat, and what was typed. */
export const chatCommands = {
  /** Chats by activity, newest first, requests and blocked contacts too; `from` is the `next` of the page before. */
  'chats.list': {
    params: z.strictObject({
      from: z.exactOptional(z.int().nonnegative()),
      limit: z.int().min(1).max(MAX_PAGE),
    }),
    result: z.object({ chats: z.array(chat), next: z.int().nullable() }),
  },
  'chats.show': { params: z.strictObject({ who }), result: chat },
  /**
   * A page of a chat, oldest first: the newest without `before` and `after`, else those next to that
   * sequence. `around` puts a found item in the middle.
   */
  'chats.read': {
    params: z.strictObject({
      who,
      limit: z.int().min(1).max(MAX_PAGE),
      before: z.exactOptional(sequence),
      after: z.exactOptional(sequence),
      around: z.exactOptional(sequence),
    }),
    result: z.object({
      items: z.array(chatItem),
      /** There are older ones. */
      has_before: z.boolean(),
      /** There are newer ones. */
      has_after: z.boolean(),
    }),
  },
  /** Everything up to this sequence was on screen. Never goes back. Sends read receipts where both sides want them. */
  'chats.mark': { params: z.strictObject({ who, through: sequence }), result: chat },
  /** Keep what was typed; an empty text forgets it. */
  'chats.draft': { params: z.strictObject({ who, text: z.string().max(MAX_DRAFT) }), result: done },
  /** The person types, or has stopped; told to the other side only where the setting is on. */
  'chats.typing': { params: z.strictObject({ who, typing: z.boolean() }), result: done },
  /** Forget all messages of a chat here; the contact stays. */
  'chats.clear': { params: z.strictObject({ who }), result: done },
  /** Try a failed message again, as a new attempt in the place where it stands. */
  'messages.retry': { params: z.strictObject({ id: messageId }), result: sent },
  /** Forget one message here. What was sent stays with the other side. */
  'messages.delete': { params: z.strictObject({ id: messageId }), result: done },
  /** Contacts and messages that hold all these words or beginnings of words; newest first. */
  search: {
    params: z.strictObject({
      text: z.string().min(1).max(MAX_SEARCH),
      limit: z.int().min(1).max(MAX_PAGE),
      /** Only in this chat. */
      who: z.exactOptional(who),
      /** Only messages older than this sequence: the last of the page before. */
      before: z.exactOptional(sequence),
    }),
    result: z.object({ contacts: z.array(contact), messages: z.array(found), more: z.boolean() }),
  },
  /** Devices of a contact as their pinned record lists them; empty while none is known. */
  'contacts.devices': {
    params: z.strictObject({ who }),
    result: z.object({ devices: z.array(contactDevice) }),
  },
  /** Compare a safety code that was read from the other side's screen. `code` is base64url. */
  'contacts.compare': {
    params: z.strictObject({ who, code: z.string().min(1).max(4096) }),
    result: z.object({ result: z.enum(['match', 'mismatch', 'other-version', 'malformed']) }),
  },
} as const;
