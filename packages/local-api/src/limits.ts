/** Version of the messages; every frame carries it. A change that an older side would misread raises it. */
export const LOCAL_API_VERSION = 1;

/**
 * Longest line in bytes of UTF-8. The longest text is 64 KiB, which JSON can stretch to six times
 * that; one page of messages has to fit beside it. Higher would let one line hold more memory than
 * anything here needs.
 */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Requests one channel may have running, given up or not. A screen has a handful; more is a loop gone wrong. */
export const MAX_OPEN_REQUESTS = 64;

/** What may wait to be written to a reader that does not read, before it is let go. */
export const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Messages in one page of the inbox. */
export const MAX_PAGE = 100;

/** One piece of a file, bytes; in base64, what a line may hold of it. */
export const MAX_PIECE_BYTES = 384 * 1024;
export const MAX_PIECE_TEXT = (MAX_PIECE_BYTES / 3) * 4;

/** Files of one message. */
export const MAX_FILES = 10;

/** Bytes of one file (docs/spec/files.md): a screen refuses a larger one before it hands anything over. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** A draft may be as long as a text, in UTF-16 units. */
export const MAX_DRAFT = 65_536;

/** What one may search for. */
export const MAX_SEARCH = 256;

export const MAX_PASSPHRASE = 1024;
