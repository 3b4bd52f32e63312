import type { Bytes } from '@sotto/bytes';

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
  /** Proof of work, where a member asks for it; ours alone, others ignore it. */
  readonly work?: string;
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

/** Which way `expire` may move an expiry; `set` is both. */
export type ExpireMode = 'set' | 'shorten' | 'extend';

export interface ExpireRequest extends OfMailbox {
  readonly method: 'expire';
  readonly mode: ExpireMode;
  /** At least one. */
  readonly hashes: readonly string[];
  /** One, or as many as there are hashes. */
  readonly expiries: readonly number[];
  readonly auth: RequestAuth;
}

/** A number, or all that the mailbox has. */
export type NamespaceScope = number | 'all';

export interface DeleteAllRequest extends OfMailbox {
  readonly method: 'delete_all';
  readonly namespace: NamespaceScope;
  readonly auth: TimedAuth;
}

export interface DeleteBeforeRequest extends OfMailbox {
  readonly method: 'delete_before';
  readonly namespace: NamespaceScope;
  /** What its sender says was sent then or earlier. */
  readonly before: number;
  readonly auth: RequestAuth;
}

/** Shortens only. */
export interface ExpireAllRequest extends OfMailbox {
  readonly method: 'expire_all';
  readonly namespace: NamespaceScope;
  readonly expiry: number;
  readonly auth: RequestAuth;
}

/** By the owner alone, who takes a token's rights away or gives them back. */
export interface RevocationRequest extends OfMailbox {
  readonly method: 'revoke_subaccount' | 'unrevoke_subaccount';
  /** 36 bytes each. */
  readonly tokens: readonly Bytes[];
  readonly auth: TimedAuth;
}

/** What an owner says of what is kept already: a swarm remembers it beside the messages. */
export type OperationRequest =
  | DeleteRequest
  | DeleteAllRequest
  | DeleteBeforeRequest
  | ExpireRequest
  | ExpireAllRequest
  | RevocationRequest;

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

/** All nodes in a compact form. */
export interface ActiveNodesRequest {
  readonly method: 'active_nodes_bin';
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
  | OperationRequest
  | GetExpiriesRequest
  | GetSwarmRequest
  | InfoRequest
  | DirectoryRequest
  | ActiveNodesRequest
  | OxendRequest;

/** `sequence` stops after the first answer that is no success. */
export interface BatchRequest {
  readonly method: 'batch' | 'sequence';
  /** 1 to 20. */
  readonly requests: readonly SingleRequest[];
}

/** What an `ifelse` asks of the node: all that is given must hold. */
export interface NodeCondition {
  readonly heightAtLeast?: number;
  readonly heightBefore?: number;
  /** Hard fork and revision. */
  readonly hardforkAtLeast?: readonly number[];
  readonly hardforkBefore?: readonly number[];
  /** Three numbers. */
  readonly versionAtLeast?: readonly number[];
  readonly versionBefore?: readonly number[];
}

/** One of the two is done, or nothing when that one is absent. */
export interface IfElseRequest {
  readonly method: 'ifelse';
  readonly condition: NodeCondition;
  readonly whenTrue?: ClientRequest;
  readonly whenFalse?: ClientRequest;
}

export type ClientRequest = SingleRequest | BatchRequest | IfElseRequest;
