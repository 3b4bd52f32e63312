import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64 } from '../relay/codecs.ts';
import { decodeBody, milliseconds } from '../relay/schema.ts';
import type { Clocked } from './replies.ts';
import { hex, messageHash } from './reply-schema.ts';

/**
 * Replies that a whole swarm makes: one entry for each member, some of which failed
 * (reference: session-protocol §3.2). An entry that makes no sense is a failed one, so that one broken
 * member cannot spoil the word of the others. Nothing is verified here.
 */

/** Why a member did not do it, as the member that was asked tells. `timeout` does not mean "not done". */
export interface FailedMember {
  readonly outcome: 'failed';
  /** Ed25519, 32 bytes. */
  readonly node: Bytes;
  readonly reason: 'timeout' | 'refused' | 'unreadable';
  /** With `refused`: the status that it answered, if it said one. */
  readonly code?: number;
  /** It would do it for so much work: leading zero bits. */
  readonly workBits?: number;
}

export interface StoredAt {
  readonly outcome: 'stored';
  readonly node: Bytes;
  readonly hash: string;
  /** By the member's Ed25519 key over the 43 ASCII characters of the hash. */
  readonly signature: Bytes;
  readonly already: boolean;
}

export interface StoreReply extends Clocked {
  /** Absent when the member that was asked could not store it itself. */
  readonly hash?: string;
  readonly members: readonly (StoredAt | FailedMember)[];
}

export interface DeletedAt {
  readonly outcome: 'deleted';
  readonly node: Bytes;
  readonly hashes: readonly string[];
  /** Over `deletedText`. */
  readonly signature: Bytes;
}

export interface DeleteReply extends Clocked {
  readonly members: readonly (DeletedAt | FailedMember)[];
}

export interface ExpiredAt {
  readonly outcome: 'updated';
  readonly node: Bytes;
  readonly hashes: readonly string[];
  /** One for all, or one for each. */
  readonly expiries: readonly number[];
  readonly unchanged: readonly (readonly [string, number])[];
  /** Over `expiredText`. */
  readonly signature: Bytes;
}

export interface ExpireReply extends Clocked {
  readonly members: readonly (ExpiredAt | FailedMember)[];
}

/** A whole network could be one swarm (package `directory`: at most 2,500 nodes). */
const MAX_MEMBERS = 2_500;
const MAX_HASHES = 100_000;

const t = z.exactOptional(milliseconds);
const swarm = z
  .record(z.string().max(64), z.unknown())
  .refine((members) => Object.keys(members).length <= MAX_MEMBERS);
const swarmWide = z.object({ swarm, t });

/** Entries of other members have passed through bencoding, which writes `true` as 1. */
const flag = z.union([z.boolean(), z.int().transform((value) => value !== 0)]).default(false);
const signature = base64(64, 64);
const hashes = z.array(messageHash).max(MAX_HASHES);

const node = hex(32);
const failure = z.object({
  failed: flag,
  timeout: flag,
  code: z.exactOptional(z.unknown()),
  work_bits: z.exactOptional(z.unknown()),
});
const bits = z.int().min(1).max(64);
const status = z.coerce.number().int().min(100).max(599);
const stored = z.object({ hash: messageHash, signature, already: flag });
const deleted = z.object({ deleted: hashes, signature });
const updated = z.object({
  updated: hashes,
  expiry: z.union([milliseconds.transform((one) => [one]), z.array(milliseconds).max(MAX_HASHES)]),
  unchanged: z.record(z.string().max(64), milliseconds).default({}),
  signature,
});

export function parseStoreReply(value: unknown): StoreReply {
  const { hash, ...reply } = decodeBody(swarmWide.extend({ hash: z.exactOptional(messageHash) }), value);
  const members = readMembers(reply.swarm, stored, (entry) => ({ outcome: 'stored', ...entry }) as const);
  return { ...clockOf(reply), ...(hash === undefined ? {} : { hash }), members };
}

export function parseDeleteReply(value: unknown): DeleteReply {
  const reply = decodeBody(swarmWide, value);
  const members = readMembers(
    reply.swarm,
    deleted,
    (entry) => ({ outcome: 'deleted', hashes: entry.deleted, signature: entry.signature }) as const,
  );
  return { ...clockOf(reply), members };
}

export function parseExpireReply(value: unknown): ExpireReply {
  const reply = decodeBody(swarmWide, value);
  const members = readMembers(reply.swarm, updated, (entry) => {
    const unchanged = Object.entries(entry.unchanged);
    const { updated: changed, expiry: expiries } = entry;
    return { outcome: 'updated', hashes: changed, expiries, unchanged, signature: entry.signature } as const;
  });
  return { ...clockOf(reply), members };
}

function clockOf({ t: clock }: Clocked): Clocked {
  return clock === undefined ? {} : { t: clock };
}

function readMembers<Schema extends z.ZodType, Member>(
  members: Readonly<Record<string, unknown>>,
  schema: Schema,
  read: (entry: z.output<Schema>) => Member,
): ((Member & { readonly node: Bytes }) | FailedMember)[] {
  const all: ((Member & { readonly node: Bytes }) | FailedMember)[] = [];
  for (const [name, value] of Object.entries(members)) {
    const key = node.safeParse(name);
    // Nobody's word: it could be held against nobody.
    if (!key.success) continue;
    const failed = failure.safeParse(value);
    if (failed.success && failed.data.failed) all.push({ ...failureOf(failed.data), node: key.data });
    else {
      const entry = z.safeDecode(schema, value as z.input<Schema>);
      if (entry.success) all.push({ ...read(entry.data), node: key.data });
      else all.push({ outcome: 'failed', node: key.data, reason: 'unreadable' });
    }
  }
  return all;
}

function failureOf(entry: z.output<typeof failure>): Omit<FailedMember, 'node'> {
  if (entry.timeout) return { outcome: 'failed', reason: 'timeout' };
  const [code, work] = [status.safeParse(entry.code), bits.safeParse(entry.work_bits)];
  return {
    outcome: 'failed',
    reason: 'refused',
    ...(code.success ? { code: code.data } : {}),
    ...(work.success ? { workBits: work.data } : {}),
  };
}
