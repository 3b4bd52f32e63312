import { MAX_MESSAGE_DATA_BYTES, MAX_RETRIEVE_BYTES, MAX_SUBREQUESTS } from '@sotto/protocol';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const KIB = 1024;
const MIB = 1024 * KIB;

/** The release of the original node whose protocol this one speaks; clients ask for it. */
export const PROTOCOL_VERSION: readonly [number, number, number] = [2, 8, 0];

/**
 * Bodies and replies held at once, also while they come from the next hop or a server. More is refused with
 * 503. Whoever is no node takes part of it only, and one address less, or a few that send or read slowly
 * would take it all.
 */
export const BYTES_IN_FLIGHT = { total: 256 * MIB, ofStrangers: 192 * MIB, ofOne: 64 * MIB } as const;

/**
 * Open connections, clients and nodes together; each costs some 100 KB. Whoever is at no listed node's address
 * takes part of them only, and one address less; one of our clients opens sixteen at most.
 */
export const CONNECTIONS = { total: 4_000, ofStrangers: 3_500, ofOne: 250 } as const;

/** Seconds, drawn at random, after which somebody may come again for whom there was no room. */
export const RETRY_WITHIN = 3;

/**
 * Writes that wait for the disk at once: what is done within a second or so. More is refused with 503, or it
 * would be stored when nobody waits for the answer any more.
 */
export const MAX_WAITING_WRITES = 2_000;

/**
 * Requests of clients being answered at once, long polls too, of all of them: one that holds many connections,
 * each with all its streams, would take more memory than there is. More is refused with 503.
 */
export const MAX_UNDER_WAY = 8_000;

/**
 * Requests of one client's HTTP/2 connection answered at once. Each costs some 10 KB before anything is known of
 * it, and an address may hold 250 connections.
 */
export const MAX_STREAMS = 100;

/**
 * Requests of one client's stream of frames answered at once; our client makes no more of one guard. Each costs some
 * 10 KB, and an address may hold 250 connections.
 */
export const MAX_CLIENT_REQUESTS = 128;

/** Requests open on a link at once, among them the long polls of many clients. */
export const MAX_LINK_REQUESTS = 4_000;

/** Onion requests of one address that are open at its guard: many clients behind one address, and no link full. */
export const MAX_ONIONS_PER_ADDRESS = 256;

/**
 * Requests of all clients that are open and came within so long: onion requests at their guard, and those to
 * `/storage_rpc/v1`. More than is done in a second would wait in memory until nobody listens any more. Older onion
 * requests are long polls, which so many connections as there may be renew at a rate that leaves a third of these free.
 */
export const FRESH = { onions: 512, calls: 384, milliseconds: 2 * SECOND } as const;

/**
 * A process is behind with its work when most of its last ticks were so late: what it has taken waits for that long in
 * each of its turns. Milliseconds.
 */
export const LAG = { tick: 50, ticks: 5, late: 200 } as const;

/**
 * What one side of a link may have sent that the other has not read, of one stream and of all: the frames of all
 * requests share a stream, and take turns on it before they get here.
 */
export const LINK_WINDOW = 16 * MIB;

/** Of a link's requests, kept free of onion requests: anybody can make as many of those as a link takes. */
export const RESERVED_REQUESTS = 200;

/** A TLS handshake takes three packets; whoever is slower holds a connection for nothing. */
export const HANDSHAKE_TIMEOUT = 10 * SECOND;

/** For the head of a request over HTTP/1.1, and for the first request of a connection over HTTP/2. */
export const HEAD_TIMEOUT = 10 * SECOND;

/** Of a request over HTTP/2, as much as over HTTP/1.1 by default; a stream can hold so much before anything is asked. */
export const MAX_HEADER_BYTES = 16 * KIB;

/** What the head of one request may account for of what comes over HTTP/2, and a body that is on its way when it is refused. */
export const HEAD_ALLOWANCE = 2 * MAX_HEADER_BYTES;
export const UNREAD_ALLOWANCE = 2 * MIB;

/** How often the first of the two is looked at. */
export const HEAD_CHECK_INTERVAL = 2.5 * SECOND;

/** From the first byte of a body to the last. 10 MiB pass at 3 Mbit/s. */
export const BODY_TIMEOUT = 30 * SECOND;

/** Of a body that is not whole, so much must come in so long: the rest of a small one, and more of a large one. */
export const BODY_PACE = { bytes: 16 * KIB, milliseconds: 10 * SECOND } as const;

/** For an answer to be read: 10 MiB at 1.4 Mbit/s. */
export const READ_TIMEOUT = 60 * SECOND;

/** A connection on which nothing moves is closed. Links ping more often; a long poll waits 20 s. */
export const IDLE_TIMEOUT = 2 * MINUTE;

/** How long a stopping node waits for what it is answering. Supervisors kill after 10 s. */
export const DRAIN_TIMEOUT = 8 * SECOND;

/**
 * Requests to `/storage_rpc/v1` from one IPv4 address: 600 at once, and 300 each second (§3.1). As many again to
 * `/onion_req/v2`, which the original network does not bound: a client makes a few a second.
 */
export const RATE_LIMIT = { size: 600, refill: SECOND / 300, keys: 10_000 } as const;

/** How long connections are given to take what was written last: of a node that stops, and of one that refuses a body. */
export const LINGER = 500;

/** A dial with its handshake and proof of keys. */
export const DIAL_TIMEOUT = 5 * SECOND;

/** Server requests under way at once. */
export const MAX_SERVER_REQUESTS = 500;

/** Pause before a node that does not answer is dialled again: doubled from the first to the last. */
export const REDIAL = { first: 250, last: 8 * SECOND } as const;

/** How long an onion request waits for a next node that has just gone or is just coming: a path is dear. */
export const HOP_PATIENCE = SECOND;

/** A node that is down for less than this may be starting: whoever has patience waits for it. */
export const JUST_GONE = 5 * SECOND;

/** A node that refuses connections is dialled again for requests this often at most. */
export const ASK_AGAIN = 100;

/** Pause after a request that was not answered over a link that is alive: doubled from the first to the last. */
export const QUIET = { first: 500, last: 30 * SECOND } as const;

/** A link is pinged this often; a ping unanswered until the next one ends it. */
export const PING_INTERVAL = 15 * SECOND;

/** A link that carried nothing for so long is closed, unless it leads to a member of the own swarm. */
export const LINK_IDLE = 5 * MINUTE;

/** Layers remembered at most, 2,380 a second; a node that sees more in the window refuses with 503. Up to 30 bytes each in memory. */
export const MAX_REMEMBERED_LAYERS = 3_000_000;

/** What one node may hold of something that all share, where an address may hold one. */
export const NODE_WEIGHT = 8;

/** What a power cut may make a node forget of them. */
export const SYNC_INTERVAL = SECOND;

/** What it holds is counted this often at most for an operator's metrics. */
export const HELD_INTERVAL = 2 * SECOND;

/** Expired messages and old layers go this often (§3.4), in transactions of at most so many rows. */
export const SWEEP_INTERVAL = 10 * SECOND;
export const SWEEP_ROWS = 500;

/** Room per mailbox and namespace. Anybody may write to an inbox, so one must not be able to fill the disk. */
export const BOX_QUOTA = { messages: 10_000, bytes: 64 * MIB } as const;

/** The whole database (§3.4). Stores beyond are refused; deletes and expiry go on. */
export const MAX_DATABASE_BYTES = 3.5 * 1024 * MIB;

/**
 * Of the database, at most so much for what only owners store and read. The rest of it is always there for inboxes
 * and outboxes: without them nobody could be written to.
 */
export const OWNERS_PART = 1 / 2;

/**
 * Work that is asked for a store (docs/spec/storage-node.md, Admission). `free`: how full of its limit something may be
 * before any is. From there to the brim the bits for the largest message that lives for the longest time rise from
 * `first` to `last`; half of the bytes or half of the life is one bit less. Work of `worthwhile` bits or fewer would cost
 * more to check than to keep the message.
 */
export const STORE_PRICE = { free: 1 / 2, first: 14, last: 22, worthwhile: 6 } as const;

/** Unsigned stores into one mailbox at once, and one in `refill` milliseconds: beyond, they are asked for work. */
export const MAILBOX_RATE = { size: 2_000, refill: 100, keys: 20_000 } as const;

/** Owners that are remembered to have come: so many, for so long after they came last. Days. */
export const KNOWN_OWNERS = { most: 1_000_000, days: 30 } as const;

/** Messages of strangers that make room for one of somebody who is known, at most. */
export const EVICTED_AT_ONCE = 64;

/** What all answers of one batch may hold of messages; each still has one at least, and says `more`. */
export const MAX_BATCH_BYTES = 4 * MAX_RETRIEVE_BYTES;

/**
 * The same of one that comes in an onion, whose reply is no longer than `MAX_REPLY_BYTES` in base64: as much
 * as one `retrieve` holds, less the one message that each subrequest has when there is no room.
 */
export const MAX_ONION_BATCH_BYTES =
  MAX_RETRIEVE_BYTES - MAX_SUBREQUESTS * Math.ceil((MAX_MESSAGE_DATA_BYTES * 4) / 3 + KIB);

/** What the seals of all hops add to a reply, at most. */
export const SEALS_BYTES = KIB;

/** Messages that one request, with all its subrequests, may name by their hashes: as many as a box has. */
export const MAX_HASHES = BOX_QUOTA.messages;

/** `retrieve` with `wait`: how many may wait at once, in all and for one box. */
export const MAX_WAITERS = { total: 4_000, perBox: 16 } as const;

/** What a store that another member passed on may be further ahead or behind: its way has cost time. */
export const FORWARDED_STORE_TOLERANCE = 20 * SECOND;

/** What another member may answer to a forwarded request: names and times of `MAX_HASHES` messages, no messages. */
export const MAX_MEMBER_REPLY = MIB;

/** How far the time that another member gives may be ahead of the own clock: a signature's tolerance inside a swarm. */
export const MAX_LEAD = 70 * SECOND;

/**
 * How far the time of what another member remembers may be from what was signed: a signature's tolerance, and what
 * clocks that are ahead may have added, the one of the store and the one of what it had to overtake.
 */
export const REMEMBERED_TOLERANCE = 3 * MINUTE;

/** An owner's word is remembered until no message that it is about can be left: the longest life there is. */
export const OPERATION_MEMORY = 30 * 24 * 60 * MINUTE;

/** A revocation, which is about no message. */
export const REVOCATION_MEMORY = 365 * 24 * 60 * MINUTE;

/**
 * What is remembered of one mailbox's operations; beyond, the oldest go. `targets`: hashes and the rest together, as
 * many as one request may name. `scopes`: of whole namespaces, all of which are looked at with each store.
 * `expiries`: of one hash.
 */
export const REMEMBERED = { targets: MAX_HASHES, bytes: 8 * MIB, scopes: 64, expiries: 8 } as const;

/** Bytes that `max_size` counts for each message beside its hash and its base64 text. */
export const MESSAGE_OVERHEAD = 100;

/** The directory's file is looked at this often, and another node asked for a newer list. */
export const FILE_INTERVAL = 2 * SECOND;
export const REFRESH_INTERVAL = 10 * MINUTE;

/** The first such question after a start: the file may be older than what the others have. */
export const FIRST_REFRESH = 30 * SECOND;

/**
 * Where nobody signs the list, several others are asked so often: each time is a chance for some that lie together.
 * On one machine, for whoever wants to see it.
 */
export const SEEN_PACE = { first: FIRST_REFRESH, every: 6 * 60 * MINUTE } as const;
export const QUICK_SEEN_PACE = { first: SECOND, every: 2 * SECOND } as const;

/** A list says whom a node lets in, so that even nine who agree replace at most half of it at once. */
export const SEEN_KEPT = { of: 1, outOf: 2 } as const;

/**
 * Catching up (docs/spec/storage-node.md). A member is asked every `interval`, and as soon as a link to it opens.
 * What one message carries stays well below what a link lets a side send unread; a round has an end, so that a
 * member that is slow or endless holds up nobody; what is of no use is borne up to `waste`, as much as a swarm
 * that has just changed may bring, and then that member is left alone.
 */
export const SYNC = {
  interval: 15 * SECOND,
  /** A link that opens so soon after a round is no reason for another one. */
  again: 2 * SECOND,
  roundsAtOnce: 2,
  roundTime: 30 * SECOND,
  /** For one question; a summary of a million messages that is made for the first time takes a second or two. */
  timeout: 10 * SECOND,
  bucketsAtOnce: 256,
  idsAtOnce: 32_768,
  idsPerRound: 262_144,
  itemsAtOnce: 1_000,
  bytesAtOnce: 4 * MIB,
  /** Of one message with all that is said of it, or of one operation that names `MAX_HASHES` messages. */
  itemBytes: MIB,
  waste: { items: 10_000, bytes: 64 * MIB },
  leaveAlone: { first: MINUTE, last: 60 * MINUTE },
  doubts: 50_000,
  rememberDoubts: 2 * MINUTE,
} as const;

/** Questions of one member answered at once, and each second: a round of a million small messages asks 1,100. */
export const SYNC_RATE = { size: 200, refill: SECOND / 100, keys: 1_000 } as const;

/** Giving to other swarms what they keep now. What is left is tried again after `retry`, doubled from first to last. */
export const HAND_OVER = {
  mailboxesAtOnce: 1_000,
  retry: { first: 5 * SECOND, last: 10 * MINUTE },
} as const;
/**
 * What an original node is given that has come to the swarm: in batches of so many bytes, of so many mailboxes at a time.
 * For so long it is tried again, after each pause; milliseconds.
 */
export const NEWCOMER = {
  batch: 4 * MIB,
  mailboxesAtOnce: 200,
  pause: 2 * SECOND,
  patience: 10 * MINUTE,
  timeout: 30 * SECOND,
} as const;
/** A question to a seed with the keys of all nodes in it, and the longest name of a question that comes back. */
export const MAX_SEED_BODY = 256 * KIB;
export const MAX_SEED_ID = 128;

/** How long a client is told of what comes into a box, unless it asks again: it does so each hour (§3.8). */
export const MONITOR_TIME = 65 * MINUTE;

/** Subscriptions of all clients: a third of a kilobyte each. A push server has one for each of its users. */
export const MAX_MONITORS = 200_000;

/** Namespaces of one subscription, and subscriptions of one request, each of which costs the check of a signature. */
export const MAX_MONITORED_NAMESPACES = 100;
export const MAX_SUBSCRIPTIONS = 1_000;

/** Of a subscription's signature, milliseconds: how old it may be, and how far ahead. */
export const MONITOR_SIGNATURE = { past: 14 * 24 * 60 * MINUTE, ahead: 24 * 60 * MINUTE } as const;

/** Requests of clients over OxenMQ that are answered at once, long polls too. */
export const MAX_OMQ_UNDER_WAY = 2_000;

/** What onion requests over OxenMQ hold of answers until they have gone: bytes, of all, and for one node. */
export const OMQ_BYTES_IN_FLIGHT = { total: 128 * MIB, ofNode: 32 * MIB } as const;

/** How long a node that speaks no HTTP/2 is taken for an original one before it is looked at again. */
export const ORIGINAL_FOR = 10 * MINUTE;

/**
 * Tests of other nodes (reference: session-protocol §4.4): one at random after a normally distributed pause, and one
 * that failed after so long for each of its failures. A node that nobody reached for so long is voted out where
 * the nodes vote.
 */
export const TEST_PACE = {
  every: 10 * SECOND,
  deviation: 3 * SECOND,
  again: 10 * SECOND,
  longest: 2 * MINUTE,
  unreachable: 60 * MINUTE,
  /** How often it is looked who is due, and how many that failed are tested then. */
  tick: SECOND,
  failingAtOnce: 4,
} as const;

/** The same for a network of one machine, where nobody wants to wait for an hour. */
export const QUICK_TEST_PACE: TestPace = {
  ...{ every: 300, deviation: 50, again: 300, longest: SECOND },
  ...{ unreachable: 3 * SECOND, tick: 100, failingAtOnce: 4 },
};

export type TestPace = { readonly [Name in keyof typeof TEST_PACE]: number };

/** For each part of a test. */
export const TEST_TIMEOUT = 5 * SECOND;

/** A member is asked for no message that is younger, which may still be on its way to it. */
export const SETTLED = MINUTE;

/** How often a registry is read: on the internet, and on a chain of this machine. And when all of it is read again. */
export const REGISTRY_INTERVAL = { distinct: 15 * SECOND, ignore: SECOND } as const;
export const REGISTRY_REREAD = 60 * MINUTE;

/** Between looks for nodes to vote on, nodes looked at each time, and the wait of one sender of a removal for the next. */
export const VOTE_PACE = { every: 30 * SECOND, nodes: 4, turn: 60 * SECOND } as const;
export const QUICK_VOTE_PACE = { every: SECOND, nodes: 4, turn: 5 * SECOND } as const;

/** Votes kept of one node; a quorum has ten. */
export const MAX_VOTES = 64;
