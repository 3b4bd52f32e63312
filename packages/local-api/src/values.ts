import { z } from 'zod';
import { file } from './file-values.ts';
import { messageId, problemCode } from './names.ts';

/**
 * What travels, as screens and `--json` show it: snake_case, times in milliseconds. Fields may be added,
 * never renamed; readers drop what they do not know.
 */
const accountId = z.string().regex(/^05[0-9a-f]{64}$/);
const time = z.int().nonnegative();
export const road = z.enum(['relay', 'onion']);
export const roadChoice = z.enum(['auto', 'relay', 'onion']);

export const account = z.object({
  account_id: accountId,
  aci: z.string(),
  name: z.string(),
  /** Absolute path of the folder. */
  profile: z.string(),
  /** Null for an account that lives on the onion road only. */
  relay: z.string().nullable(),
  /** Short name of the directory of storage nodes: it stays the same as long as its signers do. */
  directory: z.string().nullable(),
  device: z.int(),
  /** Roads that know this account. */
  roads: z.array(road),
  /** The words can still be shown here. */
  holds_phrase: z.boolean(),
  /** What others add this account by; safe to share. */
  link: z.exactOptional(z.string()),
});
export type AccountValue = z.infer<typeof account>;

export const contact = z.object({
  account_id: accountId,
  /** What to call them: the user's own name for them, else theirs. */
  name: z.string().nullable(),
  /** The name they gave themselves. */
  their_name: z.string().nullable(),
  state: z.enum(['request', 'invited', 'accepted', 'blocked']),
  /** How the user wants this chat to travel. */
  road: roadChoice,
  /** How it does travel: the stricter of both sides' wishes. */
  effective_road: z.exactOptional(roadChoice),
  /** How the other side last said that it wants it. */
  their_road: z.exactOptional(roadChoice),
  verified: z.boolean(),
  /** Set while a refused account record of theirs has not been looked at. */
  warning: z.string().nullable(),
  added_at: time,
});
export type ContactValue = z.infer<typeof contact>;

/** The list of storage nodes that an account goes by. */
export const adoptedList = z.object({
  account_id: accountId,
  /** Short name of the directory. */
  directory: z.string(),
  sequence: z.int(),
  issued_at: time,
  storage_nodes: z.int(),
  /** False when it was the list already. */
  changed: z.boolean(),
});
export type AdoptedListValue = z.infer<typeof adoptedList>;

/** `read` only where both sides have switched read receipts on. */
export const messageState = z.enum(['queued', 'sent', 'delivered', 'read', 'failed', 'received']);

export const message = z.object({
  event: z.literal('message'),
  id: messageId,
  from: accountId,
  from_name: z.string().nullable(),
  to: accountId,
  text: z.string(),
  road: road.nullable(),
  sent_at: time,
  received_at: time,
  /** It came while the chat was a request. */
  request: z.boolean(),
  attachments: z.exactOptional(z.array(file)),
});
export type MessageValue = z.infer<typeof message>;

/** Messages of a chat are missing and will not be waited for in silence. */
export const gap = z.object({
  event: z.literal('gap'),
  id: messageId,
  from: accountId,
  from_name: z.string().nullable(),
  to: accountId,
  /** How many. */
  missing: z.int(),
  received_at: time,
});
export type GapValue = z.infer<typeof gap>;

export const sent = z.object({
  id: messageId,
  to: accountId,
  road: road.nullable(),
  state: messageState,
  /** Swarm members that hold it, and how many there are; only of roads that store in several places. */
  stored_on: z.exactOptional(z.int()),
  of: z.exactOptional(z.int()),
  sent_at: time,
  /** Why it failed or waits, in words. */
  problem: z.exactOptional(z.string()),
  problem_code: problemCode,
});
export type SentValue = z.infer<typeof sent>;

/** The guard first; `key` is the beginning of the storage node's key. */
export const path = z.object({
  /** What goes by it: `ask`, `server`, or a number for each mailbox. */
  purpose: z.string(),
  hops: z.array(z.object({ ip: z.string(), key: z.string() })),
  /** Of the last request that was not held open. */
  latency_ms: z.exactOptional(z.number()),
});
export type PathValue = z.infer<typeof path>;

export const roadStatus = z.object({
  road,
  state: z.enum(['not-started', 'connecting', 'up', 'stopped']),
  stop: z.string().nullable(),
  drained: z.boolean(),
  /** False while chats with a choice go by the other road, because this one does not answer well. */
  healthy: z.exactOptional(z.boolean()),
  /** The last round trip that was measured. */
  latency_ms: z.exactOptional(z.number()),
  /**
   * Why nothing comes through and what to do about it, in words; of the onion road only in the answers to `status`
   * and `network.show`.
   */
  problem: z.exactOptional(z.string()),
  problem_code: problemCode,
  /** Ways through the onion network that stand now, for people to look at; only in the answer to `status`. */
  paths: z.exactOptional(z.array(path)),
});
export type RoadStatusValue = z.infer<typeof roadStatus>;

export const status = z.object({
  account: z.enum(['none', 'incomplete', 'ready']),
  roads: z.array(roadStatus),
  queued: z.int(),
  requests: z.int(),
  record_pending: z.boolean(),
  /** The account went on without this device: it was restored on another one, or deleted. */
  replaced: z.exactOptional(z.boolean()),
});

/** One line of `doctor`. */
export const check = z.object({
  check: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  hint: z.exactOptional(z.string()),
});
export type CheckValue = z.infer<typeof check>;
