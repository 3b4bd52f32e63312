import { z } from 'zod';
import { contact, gap, message, messageId, messageState, road, roadStatus } from './values.ts';

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
  }),
  /** `contact` is null when it was deleted. */
  z.object({ event: z.literal('contact'), account_id: z.string(), contact: contact.nullable() }),
  /** A stranger wrote for the first time. */
  z.object({ event: z.literal('request'), account_id: z.string(), contact }),
  z.object({ event: z.literal('road'), status: roadStatus }),
  /** Nothing more waits on this road. */
  z.object({ event: z.literal('drained'), road }),
  z.object({ event: z.literal('account'), state: z.enum(['none', 'incomplete', 'ready']) }),
  /** The owner is going: finish, or connect again. */
  z.object({ event: z.literal('closing') }),
]);
export type LocalEvent = z.infer<typeof event>;

/** Undefined for an event that only the other side knows. */
export function parseEvent(value: unknown): LocalEvent | undefined {
  const parsed = event.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
