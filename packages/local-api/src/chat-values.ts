import { z } from 'zod';
import { file } from './file-values.ts';
import { messageId, problemCode } from './names.ts';
import { contact, messageState, road } from './values.ts';

const time = z.int().nonnegative();
const sequence = z.int().nonnegative();

/** One line of a chat, in the order of `sequence`, which is the order of arrival here. */
export const chatItem = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    sequence,
    id: messageId,
    direction: z.enum(['in', 'out']),
    text: z.string(),
    state: messageState,
    /** Null while no road has carried it. */
    road: road.nullable(),
    stored_on: z.exactOptional(z.int()),
    of: z.exactOptional(z.int()),
    sent_at: time,
    received_at: z.exactOptional(time),
    /** Why it failed or waits, in words. */
    problem: z.exactOptional(z.string()),
    problem_code: problemCode,
    /** It came while the chat was a request. */
    request: z.boolean(),
    /** Absent where there are none. */
    files: z.exactOptional(z.array(file)),
  }),
  /** Messages are missing here. */
  z.object({ kind: z.literal('gap'), sequence, id: messageId, missing: z.int(), received_at: time }),
]);
export type ChatItemValue = z.infer<typeof chatItem>;

/** A chat as the list shows it. */
export const chat = z.object({
  contact,
  /** The newest item; its text is cut to what a row can show. */
  last: chatItem.nullable(),
  /** Incoming texts behind `read_through`. */
  unread: z.int().nonnegative(),
  /** Sequence of the last item that was on screen. */
  read_through: sequence,
  /** What was typed and not sent. */
  draft: z.string().nullable(),
  /** When something last happened in it; the list is sorted by it. */
  active_at: time,
});
export type ChatValue = z.infer<typeof chat>;

/** A message that a search has found. */
export const found = z.object({
  account_id: z.string(),
  /** What the chat is called. */
  name: z.string().nullable(),
  item: chatItem,
  /** Where the searched words stand in the text: [from, to) in UTF-16 units, ascending, not overlapping. */
  matches: z.array(z.tuple([z.int(), z.int()])),
});
export type FoundValue = z.infer<typeof found>;

/** One of a contact's devices, as their pinned account record lists it. */
export const contactDevice = z.object({
  device: z.int(),
  registration_id: z.int(),
  /** The beginning of its key, for people to tell devices apart. */
  key: z.string(),
});
export type ContactDeviceValue = z.infer<typeof contactDevice>;
