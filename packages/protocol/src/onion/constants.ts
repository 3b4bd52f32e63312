/** Numbers and names of onion requests (reference: session-protocol §2; what is ours: docs/spec/onion.md). */

/** How a layer is encrypted. The third kind of the original network is obsolete and refused. */
export type EncryptionType = 'aes-gcm' | 'xchacha20';

/** Where a server takes v4 requests from the last hop (§2.5). */
export const SERVER_TARGET = '/oxen/v4/lsrpc';

/** More relays before the destination than this is refused, whatever number a client began with (§2.3). */
export const MAX_HOP_NUMBER = 15;

/** Hops of one path that we build or open: three is what the network uses, seven the most that anybody tried. */
export const MAX_PATH_HOPS = 7;

/** How far the minute in a layer may lie from the opener's clock, both ways; ours alone. Else 406 in the clear. */
export const LAYER_WINDOW_MINUTES = 10;

/** How long a layer is remembered: both sides of the window, and the minute that is under way. */
export const REPLAY_MEMORY_MINUTES = 21;

/** Texts are filled with white space to one of these, bytes; longer ones to a multiple of the last. */
export const PADDED_SIZES = [4_096, 32_768, 114_688] as const;

/**
 * The JSON of a filled request's last hop, bytes: room for the longest host and all other members. Less by
 * what a node's plaintext has beside its text, so that nobody before the last hop can tell by the length
 * whether a node is asked or a server, or which.
 */
export const LAST_HOP_JSON_BYTES = 512;

/**
 * A reply with all its layers, bytes: node links of the original network carry 10 MiB (§2.4), and ours
 * add a seal for each hop.
 */
export const MAX_REPLY_BYTES = 11 * 1024 * 1024;

/** How long a hop waits for the next one, milliseconds (§2.3). */
export const NEXT_HOP_TIMEOUT = 30_000;

/** How long the last hop waits for a server, milliseconds (§2.4). */
export const SERVER_TIMEOUT = 25_000;

/** What goes back in the clear or, for the last two, sealed: texts of the original network (§2.4). */
export const ONION_TEXT = {
  invalidCiphertext: 'Invalid ciphertext',
  /** After it: what. From the guard alone. */
  cannotParse: 'Error parsing onion request: ',
  tooLong: 'onion request max path length exceeded',
  timeout: 'Request time out',
  badReply: 'Invalid response from snode',
  /** After it: the Ed25519 key in hexadecimal, by which clients drop that node at once. */
  notFound: 'Next node not found: ',
  /** A guard's own, with why after it: clients take it for their guard's, whoever says it. */
  notReady: 'Service node is not ready: ',
  /** The same of any hop behind the guard. After it: its Ed25519 key in hexadecimal, and nothing more. */
  hopNotReady: 'Snode not ready: ',
  invalidJson: 'Invalid json',
  invalidUrl: 'Invalid url',
} as const;
