import type { Bytes } from '@sotto/bytes';
import type { ExpireMode } from './signed-text.ts';

/** Requests of the storage RPC in our form (reference: session-protocol §3.6). Times are milliseconds. */

/** Who signs, and for whom. Nothing here has been verified. */
export interface RequestAuth {
  /** 64 bytes. */
  readonly signature: Bytes;
  /** For a 05 mailbox: the Ed25519 key, 32 bytes, that must convert to the mailbox's X25519 key. */
  readonly ed25519?: Bytes;
  /** When given, `signature` is by the token's key. */
  readonly subaccount?: SubaccountAuth;
}

export interface SubaccountAuth {
  /** 36 bytes: see `decodeSubaccountToken`. */
  readonly token: Bytes;
  /** The mailbox owner's, over the token. 64 bytes. */
  readonly signature: Bytes;
}

/** A signature that is good for a while only. */
export interface TimedAuth extends RequestAuth {
  readonly signedAt: number;
}

interface OfMailbox {
  /** 33 bytes, prefix first. */
  readonly mailbox: Bytes;
}

export interface StoreRequest extends OfMailbox {
  readonly method: 'store';
  readonly namespace: number;
  /** At most 76,800 bytes. */
  readonly data: Bytes;
  readonly timestamp: number;
  readonly expiry: number;
  readonly auth?: TimedAuth;
}

export interface RetrieveRequest extends OfMailbox {
  readonly method: 'retrieve';
  readonly namespace: number;
  /** Only what lies behind it; unknown to the node, everything. */
  readonly lastHash?: string;
  /** At least 1. */
  readonly maxCount?: number;
  /** Bytes; negative is that part of the network's maximum. Never 0. */
  readonly maxSize?: number;
  /** How long to wait when there is nothing, up to 20,000; ours alone, others ignore it. */
  readonly wait?: number;
  readonly auth?: TimedAuth;
}

export interface DeleteRequest extends OfMailbox {
  readonly method: 'delete';
  /** At least one. */
  readonly hashes: readonly string[];
  /** 404 when nothing is deleted anywhere. */
  readonly required: boolean;
  readonly auth: RequestAuth;
}

export interface ExpireRequest extends OfMailbox {
  readonly method: 'expire';
  readonly mode: ExpireMode;
  /** At least one. */
  readonly hashes: readonly string[];
  /** One, or as many as there are hashes. */
  readonly expiries: readonly number[];
  readonly auth: RequestAuth;
}

export interface GetExpiriesRequest extends OfMailbox {
  readonly method: 'get_expiries';
  /** At least one, of any form. */
  readonly hashes: readonly string[];
  readonly auth: TimedAuth;
}

export interface GetSwarmRequest extends OfMailbox {
  readonly method: 'get_swarm';
}

export interface InfoRequest {
  readonly method: 'info';
}

/** The signed list of nodes; ours alone. */
export interface DirectoryRequest {
  readonly method: 'sotto_directory';
}

export interface OxendRequest {
  readonly method: 'oxend_request';
  readonly endpoint: 'get_service_nodes' | 'ons_resolve';
  readonly params: Readonly<Record<string, unknown>>;
}

/** Whatever may stand inside a batch. */
export type SingleRequest =
  | StoreRequest
  | RetrieveRequest
  | DeleteRequest
  | ExpireRequest
  | GetExpiriesRequest
  | GetSwarmRequest
  | InfoRequest
  | DirectoryRequest
  | OxendRequest;

/** `sequence` stops after the first answer that is no success. */
export interface BatchRequest {
  readonly method: 'batch' | 'sequence';
  /** 1 to 20. */
  readonly requests: readonly SingleRequest[];
}

export type ClientRequest = SingleRequest | BatchRequest;
