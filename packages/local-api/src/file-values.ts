import { z } from 'zod';
import { messageId, problemCode } from './names.ts';

/** A file of a message, or one that waits for its message. */
export const file = z.object({
  id: z.string().max(64),
  direction: z.enum(['in', 'out']),
  /** In its message, from 0. */
  place: z.int().nonnegative(),
  /** A clean name, never a path. */
  name: z.string().nullable(),
  /** As a MIME type, as its sender says. */
  type: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** Pixels, as its sender says. */
  width: z.exactOptional(z.int()),
  height: z.exactOptional(z.int()),
  /**
   * Of one that is sent: `kept` here, `sending` to storage nodes, `sent`. Of one that came: `remote`, `fetching`, `here`.
   * A newer owner may name others.
   */
  state: z.string(),
  /** Bytes of it that have been carried. */
  done: z.int().nonnegative(),
  /** `files.read` gives its content. */
  readable: z.boolean(),
  /** Why it failed or waits, in words. */
  problem: z.exactOptional(z.string()),
  problem_code: problemCode,
});
export type FileValue = z.infer<typeof file>;

/** A file that goes with a message has changed. */
export const fileEvent = z.object({
  event: z.literal('file'),
  account_id: z.string(),
  /** Of its message. */
  id: messageId,
  file,
});
