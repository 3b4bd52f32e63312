import { MAX_FRAME_BYTES, MAX_HEADER_BYTES, paddedSize } from '@sotto/protocol';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/**
 * Leading zero bits of a stranger's work: about a second for a ticket, a quarter for a request and a
 * blink for prekeys on a 2020s laptop. Enough that filling somebody's request queue costs an hour.
 */
export const DEFAULT_WORK_BITS = { ticket: 20, keys: 14, request: 18 } as const;

/** An unused ticket is good for this long: an invite may travel by post, not by inheritance. */
export const TICKET_LIFETIME = 90 * DAY;

/** Sender certificates for third-party clients (signal-service §5: 1–7 days). */
export const SENDER_CERTIFICATE_LIFETIME = 7 * DAY;

/** Housekeeping: expired mail, spent stamps and receipts. */
export const HOUSEKEEPING_INTERVAL = HOUR;

/** Requests of one socket being answered at once; more wait, and the socket is not read meanwhile. */
export const MAX_ACTIVE_REQUESTS = 64;

/** Bytes queued towards a slow reader before deliveries and answers to further requests pause. */
export const PAUSE_AT_BUFFERED = 1024 * 1024;

/** … and before the connection is cut: answers alone cannot add up to this in an honest client. */
export const CUT_AT_BUFFERED = 8 * 1024 * 1024;

/**
 * The body of a request through the onion network: what a frame may carry with its head, filled to the
 * size above it, and what its layer and the last hop's JSON add.
 */
export const MAX_ONION_REQUEST_BYTES = paddedSize(MAX_FRAME_BYTES + MAX_HEADER_BYTES) + 4 * 1024;

/** Open sockets. A socket costs some 50 KB; ten thousand fit a small machine. */
export const MAX_SOCKETS = 10_000;

/** Open connections of any kind: sockets, and requests beside them. */
export const MAX_CONNECTIONS = 12_000;

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

/** A client that would wait longer on a full queue should show its user that it waits. */
export const RETRY_WHEN_FULL_SECONDS = 60;

/** Shorter passwords could be guessed; longer ones are an attack on the hash. Clients use 18–64 characters. */
export const PASSWORD_LENGTH = { min: 16, max: 256 } as const;
