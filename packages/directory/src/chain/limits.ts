/** Endpoints of one network. Each is asked all there is to read, so more than a few only cost. */
export const MAX_ENDPOINTS = 8;

/** A page is as long as the contract gives at once (Registry.sol). */
export const NODE_PAGE = 100;
export const JOURNAL_PAGE = 1000;

/** The contract's own bound of its list. */
export const MAX_LISTED = 1000;

/**
 * Comings and goings that a reader follows: 3.2 MB. A thousand nodes that all came and went once a week for
 * twenty years would be twice as many; by then a registry is replaced by a newer one.
 */
export const MAX_JOURNAL = 100_000;

/** One answer: a full page is 97 KB in hex, and a block's head has a few hundred bytes beside its transactions' hashes. */
export const MAX_REPLY_BYTES = 512 * 1024;

/** For one answer. Milliseconds. */
export const REPLY_TIMEOUT = 10_000;
