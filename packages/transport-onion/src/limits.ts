import { MAX_TTL, MAX_TTL_INBOX } from '@sotto/protocol';

/** Times in milliseconds, sizes in bytes. */

/** Most requests to a node, three hops included (reference: session-protocol §2.6). */
export const ANSWER_TIMEOUT = 10_000;

/** How long a member may hold a `retrieve` that finds nothing, and how long it may take in all. */
export const POLL_WAIT = 20_000;
export const POLL_TIMEOUT = POLL_WAIT + ANSWER_TIMEOUT;

/** A last hop gives a server 25 s (§2.4). */
export const SERVER_TIMEOUT = 30_000;

/** A guard that is asked directly whether it lives. */
export const GUARD_TIMEOUT = 3_000;

/** How often dead guards are looked at; each of them rests longer and longer. */
export const GUARD_WATCH_EVERY = 5_000;

/** Attempts of one request, each over another path. */
export const MAX_ATTEMPTS = 3;

/** Members of a swarm that are tried for one request. */
export const MAX_MEMBERS_TRIED = 3;

/** A member that did not answer is asked last for so long. */
export const MEMBER_AVOIDED_FOR = 60_000;

/** Once enough have answered, how long those who might know better are waited for. */
export const GRACE = 500;

/** Requests on their way at one time, without the long polls, which are one for each mailbox; and those that wait. */
export const MAX_IN_FLIGHT = 12;
export const MAX_QUEUED = 256;

/** A page of mail is at most about 1.5 MB; padding and two more layers come on top. */
export const MAX_REPLY = 4 * 1024 * 1024;
export const PAGE_BYTES = 1_500_000;
export const PAGE_MESSAGES = 100;

/** Pages of one member that a loop begins with; whoever has more than two weeks of mail makes it up. */
export const MAX_SWEPT_PAGES = 200;

/** Further pages of members that had more than one, until every member has had its turn again. */
export const MAX_PAGES_OUT_OF_TURN = 20;

/** Messages of one mailbox handed over for the first time and not settled, beyond which no further page is fetched. */
export const MAX_OPEN = 200;

/** What could not be opened and is kept for another try: messages of one mailbox, and their bytes. */
export const MAX_POSTPONED = 200;
export const MAX_POSTPONED_BYTES = 4 * 1024 * 1024;

/** Hashes of one mailbox that are remembered as done, so that a member that lags hands nothing over twice. */
export const MAX_REMEMBERED = 20_000;

/** Deletes that travel with one poll. */
export const MAX_DELETES = 200;

/** A poll waits so long for the page before it, so that deletes go with the next one. */
export const SETTLE = 2_000;

/** The port promises within a minute. */
export const REDELIVER_AFTER = 20_000;

/**
 * What there was no room to keep is had by reading the box from its beginning: first after the same time, and
 * while nothing comes of it half as often each time, down to this.
 */
export const LONGEST_READ_AGAIN = 10 * 60_000;

/** A member that answers an empty box at once, because it does not know how to wait, is asked no faster than this. */
export const EMPTY_POLL_PAUSE = 3_000;

/** Earlier mailboxes are only looked into, this often. */
export const EARLIER_BOX_PAUSE = 30_000;

/** How long an earlier mailbox is read, and how many of them; the first to go is the oldest. */
export const EARLIER_BOX_LIFETIME = 30 * 24 * 60 * 60_000;
export const MAX_EARLIER_BOXES = 16;

/** Pauses after failures: doubling from the first to the last, each shortened at random by up to half. */
export const FIRST_PAUSE = 1_000;
export const LAST_PAUSE = 60_000;

/** Polls in a row, of any mailbox, without an answer, after which the road counts as down. */
export const FAILURES_UNTIL_DOWN = 3;

/** The list of nodes is asked for again after this, and after this when nobody gave it. */
export const REFRESH_EVERY = 6 * 60 * 60_000;
export const REFRESH_AGAIN = 10 * 60_000;
/** A member that says "wrong swarm" makes us ask, but no more often than this. */
export const REFRESH_AT_MOST_EVERY = 60_000;

/** No answer by any path for so long, while the list is asked for, and the guards are asked for it directly. */
export const CUT_OFF_AFTER = 5_000;

/** Nodes that are asked the time when it is in doubt; more than half of them must answer. */
export const TIME_WITNESSES = 7;

/** What took longer says little about the time. */
export const LONGEST_MEASURE = 5_000;

/**
 * Nodes are asked the time no more often than this, and each time that it turns out to be what we thought,
 * half as often: whoever refuses our time at will gets few throws at finding witnesses of his own.
 */
export const FIRST_RESYNC_PAUSE = 10_000;
export const LAST_RESYNC_PAUSE = 10 * 60_000;

/** A refusal of our time counts together with others for so long. */
export const DOUBT_COUNTS_FOR = 10 * 60_000;

/** Who refuses us for a time that was off by less than this has another reason. */
export const TIME_MOVED = 1_000;

/** Retry-after when a road is full or a member says so without a time. */
export const BUSY_PAUSE = 30_000;

/** Work that a letter to a stranger carries: leading zero bits (design §1.6). */
export const REQUEST_WORK_BITS = 16;

/** Work that a member may ask for a store: half a minute or so of one core. Whoever asks for more counts as full. */
export const MAX_STORE_WORK = 24;

/** Letters wait in a swarm for two weeks, a record for as long as its owner may keep it there. */
export const LETTER_TTL = MAX_TTL_INBOX;
export const RECORD_TTL = MAX_TTL;
