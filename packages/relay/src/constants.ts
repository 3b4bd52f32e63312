import { MAX_FRAME_BYTES, MAX_HEADER_BYTES, paddedSize } from '@sotto/protocol';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/**
 * Leading zero bits of work. Our solver makes some 500,000 hashes a second on one core of a server of the 2020s, and a
 * phone a third of that, 170,000; n bits take 2^n hashes on average. So on a phone
 * - a ticket, at an open relay: 2^18 / 170,000 = 1.5 s, and a quarter of an hour of that server for 1,700 of them;
 * - a stranger's request: the same, so that filling somebody's queue of 3,000 costs the server half an hour;
 * - prekeys, and looking somebody up where no address can be limited: 2^14 / 170,000 = 0.1 s;
 * - a form to upload without a name: 2^18, so that to fill half of the room with attachments costs the server a minute, and addresses run out sooner;
 * - going on after a challenge: 2^20 / 170,000 = 6 s, for sixty more accounts to write to.
 */
export const DEFAULT_WORK_BITS = {
  ticket: 18,
  keys: 14,
  request: 18,
  lookup: 14,
  challenge: 20,
  upload: 18,
} as const;

/** An unused ticket is good for this long: an invite may travel by post, not by inheritance. */
export const TICKET_LIFETIME = 90 * DAY;

/** Sender certificates for third-party clients (signal-service §5: 1–7 days). */
export const SENDER_CERTIFICATE_LIFETIME = 7 * DAY;

/** Profiles of one account: one for each profile key it had of late, as contacts may not have heard of a newer one. */
export const MAX_PROFILE_VERSIONS = 8;

/** A picture of a profile, encrypted. Signal allows as much. */
export const MAX_AVATAR_BYTES = 10 * 1024 * 1024;

/** An encrypted sticker, and what a pack says of itself (signal-service §8). */
export const MAX_STICKER_BYTES = 301 * 1024;
export const MAX_STICKER_MANIFEST_BYTES = 10 * 1024;

/** What all blobs may have together, unless the operator says otherwise. */
export const DEFAULT_BLOBS_LIMIT = 20 * 1024 ** 3;

/**
 * Uploads and downloads at once. One to an S3 store has half a mebibyte in memory and the others 64 KiB, so that all have
 * 256 MiB at most.
 */
export const MAX_TRANSFERS = 512;

/** A credential over a profile key ends with the day before so much later (signal-service §6). */
export const PROFILE_CREDENTIAL_LIFETIME = 7 * DAY;

/** Days for which credentials may be asked at once, beyond the first (signal-service §7.2). */
export const MAX_CREDENTIAL_DAYS = 7;

/** How long a username is reserved, and how long one that was given up stays its owner's (signal-service §2.5). */
export const USERNAME_RESERVATION = 5 * MINUTE;
export const USERNAME_HOLDING = 7 * DAY;

/** Whoever registers the account anew has so long to confirm its username again. */
export const USERNAME_RECLAIM = 3 * DAY;

/** Names that one account keeps others from, besides its own. */
export const MAX_HELD_USERNAMES = 3;

/** Housekeeping: expired mail, spent stamps and receipts. */
export const HOUSEKEEPING_INTERVAL = HOUR;

/** How often tags of onion requests are forgotten, and those counted that are left. */
export const SEEN_SWEEP_INTERVAL = MINUTE;

/** Rows that one transaction of housekeeping removes: some milliseconds, for which it holds up all others. */
export const FORGET_BATCH = 1_000;

/** How often it is looked for mail for now that nobody has taken in its ten seconds. */
export const ONLINE_SWEEP_INTERVAL = 2_000;

/** Who wrote to whom is forgotten when no limit concerns it any more: looked at so often. */
export const FORGET_INTERVAL = 10_000;

/** More accounts, pairs of them or addresses than this in one rate limit would be an attack. */
export const MAX_BUCKETS = 20_000;

/** Requests of one socket being answered at once; more wait, and the socket is not read meanwhile. */
export const MAX_ACTIVE_REQUESTS = 64;

/**
 * Requests being answered at once, of all clients together: what is done within a tenth of a second or so. More
 * would wait in memory, and be answered when nobody listens any more.
 */
export const MAX_UNDER_WAY = 512;

/** Seconds after which somebody who is refused for that may come again: at random, so that not all come at once. */
export const RETRY_WHEN_BUSY_SECONDS = { least: 1, most: 4 } as const;

/**
 * Requests of one socket refused one after the other before it is closed: what refusing so many costs is about
 * what a handshake costs, so that neither to go on nor to dial again is the dearer way to keep a relay busy.
 */
export const MAX_REFUSED_IN_A_ROW = 16;

/** Bytes queued towards a slow reader before deliveries and answers to further requests pause. */
export const PAUSE_AT_BUFFERED = 1024 * 1024;

/** … and before the connection is cut: answers alone cannot add up to this in an honest client. */
export const CUT_AT_BUFFERED = 8 * 1024 * 1024;

/**
 * What all sockets together may hold of messages that are not whole yet, and of mail that is not read: half a
 * mebibyte and two of one alone, which all of them must not have at once.
 */
export const MAX_SOCKET_BYTES = 256 * 1024 * 1024;

/**
 * How long a message, or the reading of one, may stand still half-way, and how often that is looked at. Of a long
 * message so many bytes must come in that time.
 */
export const STUCK_AFTER = 12_000;
export const MESSAGE_PACE = 16 * 1024;
export const SOCKET_CHECK_INTERVAL = 1_000;

/** From saying goodbye to hanging up: whoever does not read does not hear it either. */
export const GOODBYE = 1_000;

/** Bodies of plain requests that are held at once; more is refused. An address may have a part of it. */
export const MAX_BODY_BYTES = {
  total: 128 * 1024 * 1024,
  ofStrangers: 128 * 1024 * 1024,
  ofOne: 32 * 1024 * 1024,
} as const;

/** How long the body of a plain request may take, milliseconds. */
export const BODY_TIMEOUT = 12_000;

/**
 * The body of a request through the onion network: what a frame may carry with its head, filled to the
 * size above it, and what its layer and the last hop's JSON add.
 */
export const MAX_ONION_REQUEST_BYTES = paddedSize(MAX_FRAME_BYTES + MAX_HEADER_BYTES) + 4 * 1024;

/** Open sockets. A silent one costs some 8 KB, more with TLS and HTTP/2; twenty thousand fit a small machine. */
export const MAX_SOCKETS = 20_000;

/**
 * Open connections of any kind: sockets, and requests beside them. One address may have as many of them as are
 * free: half, when it is alone, as behind a proxy of the operator's.
 */
export const MAX_CONNECTIONS = 24_000;

/** Streams of one HTTP/2 session at once: its chat socket, and requests. A client that knows of more has them wait. */
export const MAX_STREAMS = 100;

/**
 * Chat sockets of one HTTP/2 session, as many as a connection of HTTP/1.1 can be: with more, a client that has its
 * fair share of the connections would have more than that of the sockets.
 */
export const MAX_SOCKETS_OF_SESSION = 1;

/** A TLS handshake takes three packets; whoever is slower holds a connection for nothing. Milliseconds. */
export const HANDSHAKE_TIMEOUT = 10_000;

/**
 * Pieces in which one WebSocket message may come, and pieces of it that may wait unparsed. Each piece
 * costs a hundred bytes of memory however small it is; clients send messages whole.
 */
export const MAX_FRAGMENTS = 64;
export const MAX_CHUNKS = 4_096;

/** How long a stopping relay waits for requests in progress. Supervisors kill after 10 s. */
export const DRAIN_TIMEOUT = 8_000;

/**
 * Mail for who is online waits for a device that connects within this time of being sent (reference: signal-service
 * §4.3), milliseconds; at least so long that somebody who is connected gets it whatever the sender's clock says.
 */
export const ONLINE_LIFETIME = { most: 10_000, least: 1_000 } as const;

/** One-time keys of a kind below which their owner is told: clients upload a hundred then (reference: signal-service §3). */
export const FEW_PREKEYS = 10;

/** A client that would wait longer on a full queue should show its user that it waits. */
export const RETRY_WHEN_FULL_SECONDS = 60;

/** Codes that a relay sends to phones in an hour, unless its operator says otherwise: each of them costs something. */
export const CODES_PER_HOUR = 200;

/** A registration lock lapses when no device of the account was seen for so many days (signal-service §2.2). */
export const LOCK_DAYS = 7;

/** Shorter passwords could be guessed; longer ones are an attack on the hash. Clients use 18–64 characters. */
export const PASSWORD_LENGTH = { min: 16, max: 256 } as const;

/**
 * What all copies of one message to many recipients may have together: they are stored in one piece, which holds up all
 * others for as long as it takes.
 */
export const MAX_FANOUT_BYTES = 32 * 1024 * 1024;
/** Long polls and sockets of devices that wait to be linked: a few kilobytes each, and a look at the database. */
export const MAX_WAITERS = 2_000;

/** How often they look, milliseconds: another relay process may have written what they wait for. */
export const LOOK_INTERVAL = 2_000;

/** A long poll ends after so long, whatever it asked for, milliseconds: who goes away is not noticed, and repeats it. */
export const LONGEST_WAIT = 5 * MINUTE;

/** What one device leaves for another, and which device a code has linked, is kept for so long after it was written. */
export const PARCEL_LIFETIME = HOUR;

/** A linked device that was not connected for so many days is unlinked, and an account no device of which was, deleted (§0). */
export const IDLE_DAYS = { linkedDevice: 45, account: 180 } as const;

/** A linked device is told that the primary has been away for more than this (Signal-Server, its sample configuration). */
export const IDLE_PRIMARY_DAYS = 30;

/** Idle devices and accounts looked up at a time, and connected devices noted in one write. */
export const HOUSEKEEPING_BATCH = 100;
