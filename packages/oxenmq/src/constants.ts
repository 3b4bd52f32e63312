const SECOND = 1000;
const KIB = 1024;
const MIB = 1024 * KIB;

/** One frame on the wire; a longer one ends the connection, here as at original nodes. */
export const MAX_FRAME_BYTES = 10 * MIB;

/** What the encryption adds to each frame, at most: a header, a name, a nonce, a tag. */
export const FRAME_OVERHEAD = 64;

/** One part of a message, so that its frame is no longer than that. */
export const MAX_PART_BYTES = MAX_FRAME_BYTES - FRAME_OVERHEAD;

/**
 * What one connection may have sent that has not been handled: one message of the largest size, with room for
 * what its encryption and heartbeats add. libzmq bounds a frame and the number of messages, but not the number
 * of frames in one message, so this is the bound on memory.
 */
export const MAX_UNREAD_BYTES = MAX_FRAME_BYTES + 256 * KIB;

/** The same of all connections; of all that are no nodes; of one address that is no node's; of one node. */
export const UNREAD_BYTES = {
  ...{ total: 256 * MIB, ofStrangers: 128 * MIB },
  ...{ ofOne: 32 * MIB, ofTrusted: 48 * MIB },
} as const;

/** Below this, what one connection has sent is counted for nobody: most requests are small. */
export const UNCOUNTED_BYTES = 64 * KIB;

/** Beyond it, counted in steps of so much. */
export const COUNTED_STEP = 256 * KIB;

/** Heartbeats are bytes too, but no messages: this often, so many bytes are taken for theirs. */
export const LEAK = { every: 15 * SECOND, bytes: 512 } as const;

/** A connection that has sent all that it may and gets nothing through is ended after this. */
export const STALL_TIMEOUT = 30 * SECOND;

/** From the connection to the end of its handshake, as at original nodes. */
export const HANDSHAKE_TIMEOUT = 10 * SECOND;

/** What a handshake is made of, by whoever connects: a greeting, two commands with keys and properties. */
export const MAX_HANDSHAKE_BYTES = 16 * KIB;

/** Pings over a connection, and how long an answer may take; as at original nodes. */
export const HEARTBEAT = { interval: 15 * SECOND, timeout: 30 * SECOND } as const;

/** Connections, each of which costs a socket of libzmq with some eight descriptors. */
export const CONNECTIONS = { total: 2_000, ofStrangers: 1_500, ofOne: 128 } as const;

/** Messages that libzmq holds for one connection, each way; the rest waits here, where it is counted. */
export const HIGH_WATER = 16;

/** What waits to be sent over one connection. More ends it: its other end does not read. */
export const MAX_WAITING = { messages: 4_096, bytes: 32 * MIB } as const;

/** Requests of one connection that are being answered: more are dropped, as original nodes drop them. */
export const MAX_SERVED = { ofNode: 1_000, ofStranger: 100 } as const;

/** Requests to one node whose answers are waited for. */
export const MAX_ASKED = 1_000;

/** Parts of one message that mean anything; a request has a name, a tag and two parts at most. */
export const MAX_PARTS = 16;

/** Bytes of the tag that names a request: original nodes take 15; whatever a peer chooses is sent back, up to this. */
export const TAG_BYTES = 15;
export const MAX_TAG_BYTES = 64;

/** Of a category with its command, both of which are text. */
export const MAX_COMMAND_BYTES = 251;

/** After a connection is told to end, how long it is given to take what was written. */
export const LINGER = 500;
