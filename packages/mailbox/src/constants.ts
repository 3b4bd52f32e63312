const DAY = 24 * 60 * 60 * 1000;
const MIB = 1024 * 1024;

/** Mail waits this long (design §6, Signal's sample configuration). Recipients keep the keys to it two days longer. */
export const MAIL_RETENTION = 30 * DAY;

/** Classes of mail, each of which has room of its own. */
export const MAIL_CLASSES = ['contact', 'request', 'story'] as const;

/**
 * Room per device and class. A month of a busy device at 2,560 bytes a message stays far below the
 * first; the second holds some three thousand first messages from strangers, and whoever fills it
 * has paid work for each while contacts go on undisturbed. The third holds a day's stories of hundreds of contacts.
 */
export const QUOTA = {
  contact: { count: 20_000, bytes: 128 * MIB },
  request: { count: 3_000, bytes: 8 * MIB },
  story: { count: 2_000, bytes: 16 * MIB },
} as const;

/** One read hands out about this much, so that a slow reader does not fill memory. */
export const READ_BYTES = MIB;

/** Mail that is removed for its age or its account goes in transactions of this many: some 20 ms each. */
export const REMOVE_BATCH = 500;

/** Length of a mail's ID. */
export const MAIL_ID_BYTES = 16;

/** Mail for whoever is connected that waits for one device; what comes then is dropped. */
export const ONLINE_PER_QUEUE = 32;

/** And for all together, where it is in memory; then the oldest is dropped. */
export const ONLINE_BYTES = 16 * MIB;
