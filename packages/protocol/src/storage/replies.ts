import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64 } from '../relay/codecs.ts';
import { decodeBody, milliseconds } from '../relay/schema.ts';
import {
  MAX_MESSAGE_DATA_BYTES,
  MAX_REQUEST_BYTES,
  MAX_SUBREQUESTS,
  MESSAGE_HASH_BYTES,
} from './constants.ts';
import { hex, ipv4, messageHash, port, swarmId } from './reply-schema.ts';

/**
 * Replies of the storage RPC as a client reads them (reference: session-protocol §3.6, §3.9); those of
 * a whole swarm are in `swarm-replies.ts`. All throw ProtocolError `bad-body`. A node may say anything:
 * nothing here is verified, and what a client needs is required, the rest is not looked at.
 */

/** The node's clock, milliseconds; in every reply but `get_expiries` and the wrappers of batches. */
export interface Clocked {
  readonly t?: number;
}

export interface RetrievedMessage {
  readonly hash: string;
  readonly timestamp: number;
  readonly expiration: number;
  readonly data: Bytes;
}

export interface RetrieveReply extends Clocked {
  /** The last one's hash is the right next `last_hash`, at this node. */
  readonly messages: readonly RetrievedMessage[];
  readonly more: boolean;
}

/** A member of a swarm as a node describes it. */
export interface SwarmNode {
  readonly ip: string;
  readonly httpsPort: number;
  /** 0 when it has none. */
  readonly omqPort: number;
  readonly ed25519: Bytes;
  readonly x25519: Bytes;
}

/** Answer to `get_swarm`, and the body of a 421. */
export interface SwarmReply extends Clocked {
  readonly swarm: bigint;
  readonly nodes: readonly SwarmNode[];
}

/** Shorter than asked for when a sequence stopped. */
export interface BatchReply {
  readonly results: readonly { readonly code: number; readonly body: unknown }[];
}

export interface InfoReply extends Clocked {
  readonly version: readonly number[];
  readonly timestamp: number;
}

export interface DirectoryReply extends Clocked {
  /** A serialized signed list (package `directory`). */
  readonly list: Bytes;
}

/** Some nodes write empty data as `=` (§3.10). */
const data = z.preprocess((text) => (text === '=' ? '' : text), base64(0, MAX_MESSAGE_DATA_BYTES));
const t = z.exactOptional(milliseconds);

/** No reply holds more of anything: an entry takes at least a hundred bytes of ten million. */
const MANY = 100_000;

const retrieveReply = z.object({
  messages: z
    .array(z.object({ hash: messageHash, timestamp: milliseconds, expiration: milliseconds, data }))
    .max(MANY),
  more: z.boolean().default(false),
  t,
});

/** A swarm is seldom larger than ten (§4.2); a network may be one swarm. */
const MAX_SWARM = 2_500;

const swarmReply = z.object({
  swarm: swarmId,
  snodes: z
    .array(
      z.object({
        ip: ipv4,
        port_https: port,
        port_omq: port.default(0),
        pubkey_ed25519: hex(32),
        pubkey_x25519: hex(32),
      }),
    )
    .max(MAX_SWARM),
  t,
});

const batchReply = z.object({
  results: z.array(z.object({ code: z.int().min(100).max(599), body: z.unknown() })).max(MAX_SUBREQUESTS),
});

const infoReply = z.object({
  version: z.array(z.int().min(0)).min(1).max(8),
  timestamp: milliseconds,
  t,
});

const expiriesReply = z.object({ expiries: z.record(z.string().max(MESSAGE_HASH_BYTES * 2), milliseconds) });
const directoryReply = z.object({ list: base64(1, MAX_REQUEST_BYTES), t });

export function parseRetrieveReply(value: unknown): RetrieveReply {
  return decodeBody(retrieveReply, value);
}

export function parseSwarmReply(value: unknown): SwarmReply {
  const { swarm, snodes, ...clock } = decodeBody(swarmReply, value);
  const nodes = snodes.map((node) => ({
    ip: node.ip,
    httpsPort: node.port_https,
    omqPort: node.port_omq,
    ed25519: node.pubkey_ed25519,
    x25519: node.pubkey_x25519,
  }));
  return { swarm, nodes, ...clock };
}

export function parseBatchReply(value: unknown): BatchReply {
  return decodeBody(batchReply, value);
}

export function parseInfoReply(value: unknown): InfoReply {
  return decodeBody(infoReply, value);
}

/** Expiry by hash, milliseconds; hashes that the node does not know are not in it. */
export function parseExpiriesReply(value: unknown): ReadonlyMap<string, number> {
  return new Map(Object.entries(decodeBody(expiriesReply, value).expiries));
}

export function parseDirectoryReply(value: unknown): DirectoryReply {
  return decodeBody(directoryReply, value);
}
