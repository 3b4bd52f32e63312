/** The guard and two more (reference: session-protocol §2.6). The destination comes after them. */
export const HOPS = 3;

/** Guards in use at one time, when that many live. */
export const GUARDS = 2;

/**
 * Guards that are kept, the dead ones included: two to use and two in reserve. Whoever can cut a client off
 * from its guards must not be able to push it from node to node until it meets one of his.
 */
export const MAX_GUARDS = 4;

/** A dead guard's place is given to another no sooner than this after the last choice. Milliseconds. */
export const GUARD_CHOICE_EVERY = 30 * 24 * 60 * 60_000;

/** Failures in a row after which a node, a path or a guard is not used for a while (reference §2.6). */
export const STRIKES = 3;

/** How long a node is left out of new paths after its strikes; milliseconds. */
export const ASIDE_AFTER_STRIKES = 10 * 60_000;

/** The same for a node that the hop before it does not know: its list may be newer than ours. */
export const ASIDE_WHEN_NOT_FOUND = 30 * 60_000;

/** How long a dead guard is left alone, doubling from the first to the last; milliseconds. */
export const FIRST_GUARD_PAUSE = 5_000;
export const LAST_GUARD_PAUSE = 5 * 60_000;

/** So long a guard must have been seen dead, while another lived, before it gives up its place. Milliseconds. */
export const GUARD_GIVEN_UP_AFTER = 3 * 24 * 60 * 60_000;

/** How exactly that is remembered for the next run: every step is one more write. Milliseconds. */
export const DEAD_STEP = 10 * 60_000;

/** Most that one look at the clock adds to what was seen. Milliseconds. */
export const LONGEST_STEP = 60_000;

/**
 * Paths behind a guard that came to nothing, after which it is doubted if the others have lost far fewer.
 * A guard that refuses whoever is not its accomplice gets to see both ends of a path sooner or later: of a
 * hundred choices one is good for it where every tenth node is bad. So it is not given a hundred.
 */
export const LOSSES_TO_DOUBT = 8;

/** So many times the losses of the others: what fails for all of them is no guard's doing. */
export const LOSSES_ABOVE_OTHERS = 4;

/** One loss is forgotten in this time, milliseconds: nodes go away now and then. */
export const LOSS_FORGOTTEN_AFTER = 10 * 60_000;

/** Paths kept for one purpose: for a destination that lies on the first, and after failures. */
export const MAX_PATHS_PER_PURPOSE = 3;
