/** Milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An outgoing message is tried this long: the shorter of the two roads' retentions (design §6). */
export const OUTBOX_LIFETIME = 14 * DAY;

/**
 * Ratchet messages are made anew when they have waited this long. Prekeys live 32 days at their owner and
 * mail 30 days at the relay, so a first message may be at most two days old when it leaves; one of these
 * is the age of the pinned record.
 */
export const RATCHET_MESSAGE_LIFETIME = DAY;

/** A pinned record is confirmed at the road before sending when it was last confirmed longer ago. */
export const RECORD_FRESH = DAY;

/** Entries of all chats together; more than a person writes in two weeks without a network. */
export const MAX_OUTBOX = 5_000;

/** Chats carried at the same time, and as many that are bound to the onion road. */
export const MAX_CARRIED = 8;

/** Entries of a chat that are encrypted with the one that is carried, and that are finished together. */
export const MAX_TOGETHER = 64;
/** How long the first of those that a road has taken waits to be finished with the next ones. */
export const FINISH_WITHIN = 50;

/** Rounds of "devices changed, fetch the record, encrypt again" before backing off. */
export const MAX_DEVICE_ROUNDS = 4;

/** First pause after a road did not answer; doubled each time, with jitter. */
export const BACK_OFF_FIRST = SECOND;
/** Longest pause, so that a road that returns is used within a minute. */
export const BACK_OFF_LAST = MINUTE;
/** What is held back is looked at this often, so that it ends with words when its lifetime is over. */
export const HELD_LOOK = HOUR;
/** A road that says "busy" may ask for this much patience. */
export const BUSY_LAST = 10 * MINUTE;

/** After an access key was refused, the recipient is written to as a stranger this long. */
export const STRANGER_AGAIN = HOUR;

/** A delivery receipt leaves after this long plus up to the spread, at random (design §2). */
export const RECEIPT_DELAY = 5 * SECOND;
export const RECEIPT_SPREAD = 10 * SECOND;
/** Texts for which one look at a chat owes read receipts: the newest. */
export const MAX_READ_AT_ONCE = 2_000;
/** Receipts in one content. */
export const MAX_RECEIPTS = 500;

/** A chat is told at most this often that the user types, or has stopped. */
export const TYPING_EVERY = 10 * SECOND;
/** Whoever types does so this long, unless they say so again. */
export const TYPING_SHOWN = 15 * SECOND;
/** What says so more often is not listened to. */
export const TYPING_HEARD_EVERY = 3 * SECOND;
/** What a road has kept longer is no news. */
export const TYPING_FRESH = 30 * SECOND;

/** A relay is unhealthy when it was not up, or did not answer, for this long (design §1.4). */
export const ROAD_PATIENCE = 5 * SECOND;
/** Its price in work is paid for so long at most before another road is taken: slow machines take half a minute for it. */
export const WORK_PATIENCE = 60 * SECOND;
/** Times in a row that a road may fail before it is unhealthy. */
export const ROAD_FAILURES = 2;
/** A road that was unhealthy is taken again after this long without trouble. */
export const ROAD_RECOVERY = MINUTE;
/** The time of such trouble is written down no more often than this. */
export const TROUBLE_NOTED_EVERY = 10 * SECOND;

/** A gap is shown when what is missing has not come this long (design §2). */
export const GAP_PATIENCE = 30 * SECOND;
/** Messages of one device that may wait for an earlier one before the gap is shown at once. */
export const MAX_AHEAD = 256;

/** Mailboxes kept of one contact: as many devices as a record lists. */
export const MAX_MAILBOXES = 8;

/** Longer than any road keeps an envelope (30 days at the relay). */
export const SEEN_LIFETIME = 32 * DAY;
/** What is shown to nobody later: the ratchet alone knows doubles after that. */
export const FLEETING_SEEN_LIFETIME = HOUR;
/** A message may be encrypted again for 14 days and then lie 30 days at a road. */
export const MESSAGE_SEEN_LIFETIME = 48 * DAY;

/** Two clocks that are wrong by a day each, and a good margin. Further ahead is a lie. */
export const MAX_AHEAD_OF_TIME = 7 * DAY;

/** What a stranger may leave before Accept. */
export const MAX_REQUEST_MESSAGES = 200;
export const MAX_REQUESTS = 1_000;

/** A contact is given a list of storage nodes at most this often, however old the one is that they go by. */
export const LIST_GIVEN_EVERY = DAY;
/** What a road has kept longer does not tell which list its sender goes by now. */
export const LIST_NEWS_FRESH = DAY;
/** From a contact whose list does not hold, none is looked at for so long: each costs signatures to verify. */
export const LIST_REFUSED_FOR = HOUR;
/** Lists of which parts have come and others not, of all contacts; each has at most 240 KiB. */
export const MAX_LISTS_GATHERED = 8;

/** Characters of a name that a person chooses. */
export const MAX_NAME_LENGTH = 64;

/** Files of one message; whoever sends more is read up to what a content may have. */
export const MAX_FILES = 10;
/** Text beside files, UTF-8 bytes: what they say of themselves has to fit into the same seal. */
export const MAX_BODY_BESIDE_FILES = 32 * 1024;
export const MAX_FILE_NAME_LENGTH = 120;
/** Pixels of a picture's side, as far as they are believed. */
export const MAX_SIDE = 65_535;
/** Files that are written down and not sent yet, and their bytes in all. */
export const MAX_FILES_WAITING = 200;
export const MAX_WAITING_BYTES = 1024 * 1024 * 1024;
/** Files that are carried at the same time, and chunks of all of them: each holds two or three times its 77 kB. */
export const MAX_TRANSFERS = 3;
export const FILE_LANES = 4;
/** Chunks that are written down in one commit. */
export const FILE_CHUNKS_TOGETHER = 8;
/** Chunks in a row that fail before a file rests. */
export const FILE_FAILURES = 8;
/** How long storage nodes keep a file: as long as its message may wait here and there (docs/decisions/0024). */
export const FILE_LIFETIME = 30 * DAY;
/** Files up to this size are fetched when they come, from contacts; bytes. */
export const FETCHED_AT_ONCE = 1024 * 1024;

/** What screens keep for themselves, in bytes of UTF-8. */
export const MAX_SCREEN = 8_192;

/** One page of messages. */
export const MAX_PAGE = 200;

/** Upkeep looks this often whether something is due. */
export const UPKEEP_EVERY = HOUR;
/** The own record is compared with what the road shows, and stored again, this often (design §1.5). */
export const RECORD_VERIFY_EVERY = DAY;
/** A device that no road knows any more asks this often for the record which says so for good. */
export const REPLACED_LOOK = 5 * MINUTE;
/** Before that: the other device registers first, and publishes that record some moments later. */
export const REPLACED_LOOKS_SOON = [2 * SECOND, 10 * SECOND, 30 * SECOND] as const;
/** The swarm is given this long to show it before anything leaves by the onion road; as any request over three hops. */
export const OWN_LOOK_PATIENCE = 10 * SECOND;
/** A new revision is made when the present one has less time left than this. */
export const RECORD_RENEW_BEFORE = 7 * DAY;

/**
 * When a message cannot be opened yet, later ones of its sender wait for it this long, so that the order
 * holds; then they go ahead, in case the road has lost it.
 */
export const HOLD_SENDER = 5 * MINUTE;

/** Least pause between two sessions offered to a contact whose messages cannot be read. */
export const OFFER_SESSION_EVERY = HOUR;

/** Messages of one sender that may fail to open in a window, before its mail is refused unopened. */
export const MAX_FAILURES = 20;
export const FAILURE_WINDOW = HOUR;

/** Making an account waits this long for its record to be published; after that it goes on behind. */
export const PUBLISH_PATIENCE = 10 * SECOND;
