/** Numbers and names of Session's storage RPC as our nodes and clients speak it (reference: session-protocol §3). */

/** Paths of a node's one port (§2.1, §3.1, §4.4). */
export const STORAGE_PATH = '/storage_rpc/v1';
export const ONION_PATH = '/onion_req/v2';
export const PING_PATH = '/ping_test/v1';
export const STATS_PATH = '/get_stats/v1';

/** JSON-RPC of a seed: who the nodes are, for those who know none (§4.5). */
export const SEED_PATH = '/json_rpc';

/** The network's rules that our nodes follow, told in every reply as `hf`. Array expiries need 19.4 (§3.6). */
export const HARDFORK: readonly [number, number] = [19, 4];

/** Body of an HTTPS request, also of an onion request at the guard (§2.1). Bytes; one more is a 413. */
export const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

/** An account's key with its prefix byte: 05 ‖ X25519, or 03 ‖ Ed25519 (§1.2). */
export const MAILBOX_KEY_BYTES = 33;

/** Where a Sotto account keeps what (design §1.6). The numbers decide the rules: see `namespaceRules`. */
export const NAMESPACE = {
  /** The signed account record: one message that anyone reads. */
  record: -41,
  /** First messages of strangers, under the account's own key. */
  requests: 40,
  /** Contacts' messages, under a random key per device. */
  contacts: 40,
  /** The account's own synced state. */
  ownState: 42,
} as const;

export const NAMESPACE_MIN = -32_768;
export const NAMESPACE_MAX = 32_767;

/** Raw bytes of one message (§3.4). */
export const MAX_MESSAGE_DATA_BYTES = 76_800;

/** How long a message may live, milliseconds, both ends included (§3.4). */
export const MIN_TTL = 10_000;
/** Where strangers may store, they may not fill a disk for longer. */
export const MAX_TTL_INBOX = 14 * 86_400_000;
/** Where the owner signs; also the furthest that `expire` reaches. */
export const MAX_TTL = 30 * 86_400_000;

/** A store's timestamp may be this far ahead, its expiry this far past, milliseconds (§3.4); else 406. */
export const STORE_TOLERANCE = 10_000;

/** A signed time may differ from the node's by this, milliseconds (§3.2); else 406. */
export const SIGNATURE_TOLERANCE = 60_000;
/** The same inside the swarm, where the way to the first member has cost some of it. */
export const FORWARDED_SIGNATURE_TOLERANCE = 70_000;

/** A request that changes something is answered when all members have, or after this, milliseconds (§3.2). */
export const SWARM_TIMEOUT = 5_000;

/** Times below this are seconds by mistake, milliseconds (§3.2). */
export const MIN_TIMESTAMP = 1_000_000_000;

/** Subrequests of one batch or sequence (§3.4). */
export const MAX_SUBREQUESTS = 20;

/** Aggregate size of one `retrieve` reply, bytes (§3.4): what still fits in a node-to-node reply as base64. */
export const MAX_RETRIEVE_BYTES = 7_800_000;

/** `max_size` when neither count nor size is given: the fifth part of it (§3.6). */
export const DEFAULT_RETRIEVE_SIZE = -5;

/** A `retrieve` may wait for something to come, milliseconds: longer than that and a hop gives up (docs/spec/onion.md). */
export const MAX_RETRIEVE_WAIT = 20_000;

/** BLAKE2b-32 in base64 without padding (§3.5). */
export const MESSAGE_HASH_BYTES = 32;

/** No swarm: what `get_swarm` names when the network has none (§3.9). */
export const NO_SWARM = 0xffff_ffff_ffff_ffffn;

/** Statuses that the storage RPC gives a meaning of its own (§2.4, §3.4). */
export const STORAGE_STATUS = {
  ok: 200,
  badRequest: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  /** The clocks differ too much. */
  clock: 406,
  /** The body holds the right swarm (§3.9). */
  wrongSwarm: 421,
} as const;

/** What a subaccount token allows: bits of its second byte (§3.7). */
export const SUBACCOUNT_ACCESS = { read: 1, write: 2, delete: 4, anyPrefix: 8 } as const;
export const SUBACCOUNT_TOKEN_BYTES = 36;

/** Revoked tokens that a node keeps of an account, the newest; also what one request may revoke (§3.4, §3.6). */
export const MAX_REVOKED = 50;
/** What one request may unrevoke; the original has no bound. */
export const MAX_UNREVOKED = 1_000;

/** What work for a store is for, and its text at most (docs/spec/storage-node.md, Admission). */
export const STORE_WORK = 'store';
export const MAX_WORK_TEXT = 64;
