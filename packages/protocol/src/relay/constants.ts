/** Numbers and names of Signal's service protocol as the relay speaks it (reference: signal-service §0–§4). */

/** One WebSocket message. Signal's server closes with 1009 beyond it (§1.1). */
export const MAX_FRAME_BYTES = 512 * 1024;

/** Content of one envelope (§4.1); larger is 413. */
export const MAX_MESSAGE_BYTES = 96 * 1024;

/** The last millisecond that every client can handle: JavaScript has none after it (ECMA-262, time values). */
export const MAX_TIMESTAMP = 8_640_000_000_000_000;

/** An account record fills one outbox slot of the onion road (design §1.5). */
export const MAX_RECORD_BYTES = 16 * 1024;

/** A request line and headers beyond these are not from any client of ours. */
export const MAX_HEADERS = 64;
export const MAX_HEADER_BYTES = 8 * 1024;
export const MAX_PATH_BYTES = 2 * 1024;

/** One-time prekeys of a kind in one upload (§3). */
export const MAX_PREKEYS_PER_UPLOAD = 100;

/** Device IDs fit seven bits (§0). */
export const MAX_DEVICE_ID = 127;

/** The device that registered the account (§0). */
export const PRIMARY_DEVICE_ID = 1;

/** Fourteen bits, never zero (§0). */
export const MAX_REGISTRATION_ID = 0x3fff;

/** Key IDs on the server (§0). */
export const MAX_KEY_ID = 0x7fff_ffff;

export const EC_PUBLIC_KEY_BYTES = 33;
export const KYBER_PUBLIC_KEY_BYTES = 1_569;
export const SIGNATURE_BYTES = 64;
export const ACCESS_KEY_BYTES = 16;
export const RECOVERY_PASSWORD_BYTES = 32;
export const ACI_BYTES = 16;
/** A service ID of fixed width: its kind and a UUID (§0). */
export const SERVICE_ID_BYTES = 17;
export const SERVER_GUID_BYTES = 16;
export const ONION_KEY_BYTES = 32;

/** An encrypted device name (§2.3). */
export const MAX_DEVICE_NAME_BYTES = 225;

/**
 * Devices of one account: as many as an account record lists (design §1.5). Signal's server stops at 6 (§0); its
 * clients are told the number when there is no room.
 */
export const MAX_ACCOUNT_DEVICES = 8;

/** Hash of a username, and the proof that its maker knows the name (§2.5). */
export const USERNAME_HASH_BYTES = 32;
export const USERNAME_PROOF_BYTES = 128;

/** A username as its own link carries it, encrypted; 112 bytes today (§2.5). */
export const MAX_ENCRYPTED_USERNAME_BYTES = 128;

/** Hashes that one reservation may offer (§2.5). */
export const MAX_USERNAME_HASHES = 20;

/** Text of a provisioning message in base64 (§2.6). */
export const MAX_PROVISIONING_LENGTH = 256 * 1024;

/** Where a device waits to be linked: so many random bytes, and for so long, milliseconds (§1.1, §1.3). */
export const PROVISIONING_ADDRESS_BYTES = 16;
export const PROVISIONING_LIFETIME = 90_000;

/** How long a device may be linked by one code, milliseconds (§2.6). */
export const LINK_CODE_LIFETIME = 600_000;

/** Seconds that a long poll waits when it does not say, and that it may ask for at the most (§2.6). */
export const DEFAULT_WAIT_SECONDS = 30;
export const MAX_WAIT_SECONDS = 3_600;

/** Commitment to a profile key (§6). */
export const PROFILE_COMMITMENT_BYTES = 97;

/** Identity keys that one call checks (§6). */
export const MAX_IDENTITY_CHECKS = 1_000;

/** Recipients of one multi-recipient message (§4.2). */
export const MAX_RECIPIENTS = 5_000;

/** Stickers of a pack (§8). */
export const MAX_STICKERS = 201;

/** Level of the receipt credential that lets its holder register (§2.4). */
export const RECEIPT_LEVEL_LOGIN = 300;

/** Receipts end on multiples of this, milliseconds: the second to come (docs/spec/relay.md). Thirty days. */
export const RECEIPT_PERIOD = 2_592_000_000;

/** A presentation has 329 bytes today (§2.4); the bound leaves room for a later form. */
export const MAX_RECEIPT_BYTES = 2_048;

/**
 * The `paymentProvider` of a ticket swap. Signal names payment companies here; a ticket is paid by an
 * invite or by work, so it has a name that no payment company has.
 */
export const TICKET_PAYMENT_PROVIDER = 'SOTTO_TICKET';

/** A ticket is this many random bytes, in URL-safe base64. */
export const TICKET_BYTES = 32;

/** Messages the server may have in flight on one socket before the first answer (§1.3). */
export const MAX_UNANSWERED_DELIVERIES = 256;

/** Silence after which the server closes a chat socket, milliseconds (§1.1). */
export const CHAT_IDLE_TIMEOUT = 90_000;

/** The Basic user of a registration that has neither number nor account yet (§2.2). */
export const NO_NUMBER_USER = '__no_number__';

/** A client without this capability is refused with 499 (§2.2). */
export const REQUIRED_CAPABILITY = 'spqr';

/** A device without this capability cannot be linked to an account without a number (§2.3). */
export const NUMBERLESS_CAPABILITY = 'optionalPhoneNumber';

/** What all devices of an account can do, the next one must be able to do as well (§2.3). */
export const LASTING_CAPABILITIES = [REQUIRED_CAPABILITY, 'usernameChangeSyncMessage'] as const;

/** Told to a linked device whose primary has been away for long (§1.1). */
export const IDLE_PRIMARY_ALERT = 'idle-primary-device';

/** Close codes of chat sockets (§1.4). */
export const CLOSE = {
  normal: 1000,
  /** The server stops; it, or another of the same, is there again in a moment. */
  goingAway: 1001,
  badFrame: 1007,
  /** A message, or the reading of one, that stands still. */
  policy: 1008,
  tooLarge: 1009,
  serverError: 1011,
  /** Too much to do (RFC 6455 registry); the client comes again after a pause. */
  tryAgainLater: 1013,
  credentialsRevoked: 4401,
  connectedElsewhere: 4409,
} as const;

/** Header names, lower case as decoded. */
export const HEADER = {
  authorization: 'authorization',
  acceptLanguage: 'accept-language',
  contentType: 'content-type',
  contentRange: 'content-range',
  entityTag: 'etag',
  ifNoneMatch: 'if-none-match',
  retryAfter: 'retry-after',
  accessKey: 'unidentified-access-key',
  groupSendToken: 'group-send-token',
  timestamp: 'x-signal-timestamp',
  receiveStories: 'x-signal-receive-stories',
  disableMessages: 'x-signal-disable-messages',
  agent: 'x-signal-agent',
  /** Told to a linked device: `idle-primary-device` (§1.1). */
  alert: 'x-signal-alert',
  /** Why a group lets nobody in: `banned` (§7.3). */
  forbiddenReason: 'x-signal-forbidden-reason',
  cachedEndorsements: 'cached-send-endorsements',
  /** Written by proxies: whose request they pass on. */
  forwardedFor: 'x-forwarded-for',
  /** Proof of work of a stranger: `v1.<minutes>.<nonce>`. */
  work: 'sotto-work',
  /** `work`: the client can answer a challenge by proof of work. Clients of other makes take no body that offers it. */
  challenge: 'sotto-challenge',
  /** `true` at an upgrade: the client takes notices of the relay, which clients of other makes would log as errors. */
  notices: 'sotto-notices',
} as const;

/** Statuses the protocol gives a meaning of its own (§1.7). */
export const STATUS = {
  /** What was bought is not paid (§2.4). */
  paymentRequired: 402,
  /** A wrong recovery password, challenge or token; at an upgrade, a device that is no longer one (§1.1). */
  forbidden: 403,
  /** A request through the onion network that was made too long ago, or is yet to be made. */
  wrongTime: 406,
  mismatchedDevices: 409,
  staleDevices: 410,
  tooManyDevices: 411,
  /** The account's profile can no longer be set by this call (§6). */
  newerProfile: 412,
  tooLarge: 413,
  /** A body of another kind than the call takes. */
  mediaType: 415,
  /** A code cannot go by the way that was asked for (§2.1). */
  transportRefused: 418,
  unprocessable: 422,
  registrationLock: 423,
  /** The sender must first answer a challenge (§2.5). */
  challenge: 428,
  tooMany: 429,
  /** Who sends codes would not send this one (§2.1). */
  codeNotSent: 440,
  oneTimePassword: 441,
  capabilityMissing: 499,
  unavailable: 503,
  /** Trying again would be in vain. */
  stopRetrying: 508,
} as const;

/** Content types other than JSON. */
export const MEDIA_TYPE = {
  /** A multi-recipient message (§4.2). */
  multiRecipient: 'application/vnd.signal-messenger.mrm',
  /** Group and storage calls (§7.3). */
  protobuf: 'application/x-protobuf',
} as const;

/** What a proof of work is for; part of what is hashed, so that one cannot stand in for another. */
export type WorkPurpose = 'ticket' | 'keys' | 'request' | 'lookup' | 'challenge' | 'upload';
