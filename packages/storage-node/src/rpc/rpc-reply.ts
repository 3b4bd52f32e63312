import { HARDFORK, STORAGE_STATUS } from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';

/** Answer to one request of the storage RPC; a text is what errors are told with. */
export interface RpcReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | string;
}

/** Who asks. */
export interface RpcCaller {
  /** Another member passes on what a client asked it: act, and ask nobody else. */
  readonly forwarded: boolean;
  /** Whoever asked has gone away. */
  readonly signal?: AbortSignal;
  /** Of a batch: what its answers may still hold of messages. Bytes. */
  readonly room?: { left: number };
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
