/**
 * Bounds of a list. So many nodes are 200 KB, which a client still takes in one onion reply and keeps in memory;
 * the largest network of this kind had 2,168, so a longer list means another format.
 */
export const MAX_NODES = 2500;

/** More signers than people who can agree on a list by hand help nobody; each costs 32 bytes. */
export const MAX_SIGNERS = 16;

/** Those of the list and those of the list before, so that a change of all signers can be proved to both sides. */
export const MAX_SIGNATURES = 2 * MAX_SIGNERS;

/** The ID that stands for no swarm (reference: session-protocol §4.1). */
export const NO_SWARM = 2n ** 64n - 1n;

/** Nodes a new swarm begins with in the network of reference (session-protocol §4.2). */
export const IDEAL_SWARM_SIZE = 7;

/** A swarm of fewer is given some by larger ones there, or dissolved. */
export const MIN_SWARM_SIZE = 5;

/** Fixed parts of the binary form; see encode-list.ts. */
export const NODE_BYTES = 32 + 32 + 4 + 2 + 2 + 8;
export const HEAD_BYTES = 1 + 1 + 8 + 8 + 1 + 1;

/** The longest answer to `get_service_nodes` that is read: more than 2,500 nodes with every field. Bytes. */
export const MAX_SERVICE_NODES_BYTES = 6 * 1024 * 1024;

/** The longest binary form of a signed list, in bytes. */
export const MAX_SIGNED_LIST_BYTES =
  HEAD_BYTES + 32 * MAX_SIGNERS + 2 + NODE_BYTES * MAX_NODES + 1 + 96 * MAX_SIGNATURES;
