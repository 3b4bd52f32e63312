import type { Bytes } from '@sotto/bytes';
import type { Refusal } from './read-message.ts';

/** An X25519 pair; CURVE is made of it. */
export interface CurveKeys {
  readonly publicKey: Bytes;
  readonly secretKey: Bytes;
}

/** Who is at the other end of a connection. */
export interface Peer {
  /** Unlike any other connection's. */
  readonly id: number;
  /** X25519, proved by the handshake. */
  readonly key: Bytes;
  readonly address: string;
  /** Whether a node with this key is listed now. */
  readonly isNode: boolean;
  /** Aborted when the connection ends. */
  readonly closed: AbortSignal;
  /** Tell it something that wants no answer. False when there is no connection any more. */
  send(command: string, ...data: readonly Uint8Array[]): boolean;
}

/** Whom a category answers. */
export type Access = 'anybody' | 'node';

/** Commands whose names have the same first word. */
export interface Category {
  readonly access: Access;
  /** What answers a request; `undefined` when there is no such command. */
  find(command: string): Handler | undefined;
  /** What takes a command that wants no answer, and so has no tag. */
  hear?(command: string): Listener | undefined;
}

export type Listener = (data: readonly Bytes[], peer: Peer) => void;

/** Answer with so many parts, or with nothing at all: then the other end waits in vain. */
export type Handler = (data: readonly Bytes[], peer: Peer) => Promise<readonly Uint8Array[] | undefined>;

/** What happens, for whoever counts; none of it names anybody. */
export type OxenMqEvent =
  | 'accepted'
  /** A connection for which there was no room, or with a key that is not let in. */
  | 'refused'
  /** A request that was not answered, since too many of its connection are. */
  | 'dropped'
  /** A connection that was ended because it sent or left unread more than it may. */
  | 'overrun'
  /** Frames that are no message. */
  | 'noise';

export interface AskOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** Of all parts of the answer together; bytes. */
  readonly maxReply: number;
  readonly signal?: AbortSignal;
}

export type Answer =
  | { readonly outcome: 'answered'; readonly data: readonly Bytes[] }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  /** Nothing was sent: too many are asked already; the connection is gone, or the request too long for it. */
  | { readonly outcome: 'busy' | 'down' }
  /** Sent, and perhaps acted upon. */
  | { readonly outcome: 'timeout' | 'broken' | 'too-large' | 'aborted' };
