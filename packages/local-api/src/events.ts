import { z } from 'zod';
import { appStage, settings } from './app-values.ts';
import { chatItem } from './chat-values.ts';
import { fileEvent } from './file-values.ts';
import { messageId, problemCode } from './names.ts';
import { contact, gap, message, messageState, road, roadStatus } from './values.ts';

/**
 * What the owner of a profile tells a screen that subscribed. Events are bells: what they tell of is on
 * disk already and can be read again, so a screen that missed some reads instead.
 */
const event = z.discriminatedUnion('event', [
  /** The first thing on every channel: from here on the owner waits for this screen before it ends. */
  z.object({
    event: z.literal('welcome'),
    pid: z.int(),
    /** A daemon owns the profile until it is told to end, a command for as long as it runs. */
    daemon: z.exactOptional(z.boolean()),
    /** Hash of the proxy that every dial of this owner goes through; absent when there is none. */
    proxy: z.exactOptional(z.string()),
  }),
  message,
  gap,
  z.object({
    event: z.literal('message-state'),
    id: messageId,
    chat: z.string(),
    state: messageState,
    road: road.nullable(),
    stored_on: z.exactOptional(z.int()),
    of: z.exactOptional(z.int()),
    problem: z.exactOptional(z.string()),
    problem_code: problemCode,
  }),
  /** `contact` is null when it was deleted. */
  z.object({ event: z.literal('contact'), account_id: z.string(), contact: contact.nullable() }),
  /** A stranger wrote for the first time. */
  z.object({ event: z.literal('request'), account_id: z.string(), contact }),
  fileEvent,
  z.object({ event: z.literal('road'), status: roadStatus }),
  /** Nothing more waits on this road. */
  z.object({ event: z.literal('drained'), road }),
  z.object({ event: z.literal('account'), state: z.enum(['none', 'incomplete', 'ready']) }),
  /** A new line in a chat, one's own included; also when a change of an old one is more than its state. */
  z.object({ event: z.literal('item'), account_id: z.string(), item: chatItem }),
  /** A line of a chat was forgotten here; without `id`, all of them. */
  z.object({ event: z.literal('item-gone'), account_id: z.string(), id: z.exactOptional(messageId) }),
  /** How far a chat was read, here or by another screen. */
  z.object({
    event: z.literal('chat-read'),
    account_id: z.string(),
    unread: z.int().nonnegative(),
    read_through: z.int().nonnegative(),
  }),
  /** They type; over after 15 s without another one. Never stored. */
  z.object({ event: z.literal('typing'), account_id: z.string(), typing: z.boolean() }),
  z.object({ event: z.literal('settings'), settings }),
  /** The app was locked, opened, or has another account; only to pages. */
  z.object({ event: z.literal('app'), stage: appStage }),
  /** The owner is going: finish, or connect again. */
  z.object({ event: z.literal('closing') }),
]);
export type LocalEvent = z.infer<typeof event>;

/** Undefined for an event that only the other side knows. */
export function parseEvent(value: unknown): LocalEvent | undefined {
  const parsed = event.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
