import type { Bytes } from '@sotto/bytes';
import type { Leaving } from '@sotto/frames';
import type { Source } from '@sotto/limits';
import { HARDFORK, STORAGE_STATUS } from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';

/** Answer to one request of the storage RPC; a text is what errors are told with. */
export interface RpcReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | string;
  /** What `body` is the base64 of: goes out instead of it where replies are bytes. */
  readonly raw?: Bytes;
}

/** Who asks. */
export interface RpcCaller {
  /** Another member passes on what a client asked it: act, and ask nobody else. */
  readonly forwarded: boolean;
  /** The time that the other member gave what it passes on, as it says. */
  readonly at?: number;
  /** For whom what it holds up is counted. */
  readonly source: Source;
  /** Whoever asked has gone away. */
  readonly signal?: Leaving;
  /** Called when it waits for mail, and for no work of this node. */
  waits?(): void;
  /** What the answers of a batch may hold of messages. Bytes. */
  readonly batchBytes?: number;
  /** Of a batch: the part of that which is left, and whether one of its requests has waited. */
  readonly batch?: { room: number; waited: boolean };
}

export function refuse(status: number, text: string): RpcReply {
  return { status, body: text };
}

/** A body with the clock and the rules that every reply tells (session-protocol §3.2). */
export function succeed(
  { now }: Pick<NodeContext, 'now'>,
  body: Readonly<Record<string, unknown>>,
): RpcReply {
  return { status: STORAGE_STATUS.ok, body: { ...body, t: now(), hf: HARDFORK } };
}

/** What a member says that has no room. */
export const FULL_ENTRY = { failed: true, code: 507, reason: 'this node is full' } as const;
