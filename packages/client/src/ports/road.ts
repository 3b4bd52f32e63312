import type { Bytes } from '@sotto/bytes';
import type { AccountId, RelayAddress } from '@sotto/identity';
import type { DeviceAddress, PreKeyBundle, PublishedPreKeys } from '@sotto/ratchet';
import type { ListPassing } from './list.ts';

/** A road is a transport behind this port (design §1.3); nothing above knows which it is. */
export type RoadName = 'relay' | 'onion';

/** How what must not say who asks gets to one's own relay: on connections to it, or through the onion network. */
export type RelayAccess = 'direct' | 'onion';

/** What this device must know of itself to travel a road. Opaque to the core; each road makes and reads its own. */
export type RoadCredentials = Bytes;

/** How a sender shows that the recipient may be written to. */
export type Access =
  /** The recipient gave us its access key (16 bytes) and its devices' mailboxes inside the ratchet. */
  | { readonly kind: 'contact'; readonly accessKey: Bytes; readonly mailboxes: readonly DeviceMailbox[] }
  /** A stranger: the road puts the message into the request mailbox and pays what that costs. */
  | { readonly kind: 'stranger' };

/** Where one device of a contact collects what contacts send it, on a road that has such places. */
export interface DeviceMailbox {
  readonly device: number;
  readonly registrationId: number;
  /** As the road of that device made it; on the onion road 03 ‖ Ed25519 public key. */
  readonly address: Bytes;
}

/** One sealed message for one device. */
export interface SealedForDevice {
  readonly device: number;
  readonly registrationId: number;
  readonly bytes: Bytes;
}

export interface Delivery {
  readonly to: AccountId;
  readonly access: Access;
  /** Relays that the recipient's record names. None of them is ever dialled but one's own. */
  readonly relays: readonly RelayAddress[];
  /** One entry for every device of the recipient's record. */
  readonly messages: readonly SealedForDevice[];
  /** Milliseconds; the message's own time. */
  readonly timestamp: number;
  /** False for receipts and other things nobody is woken for. */
  readonly urgent: boolean;
  /** Only for whoever is connected now: kept nowhere, and gone when nobody is. `stored` says nothing then. */
  readonly fleeting?: boolean;
}

export type DeliverOutcome =
  /** Durable at the other end of the road. `storedOn` counts swarm members where there are several. */
  | { readonly outcome: 'stored'; readonly storedOn?: number }
  /** Some members of the swarm have it, too few to count on. Sending the same again is safe and wanted. */
  | { readonly outcome: 'partly-stored'; readonly storedOn: number; readonly of: number }
  /** The road knows other devices than we sent to. A hint to fetch the record again, never more. */
  | { readonly outcome: 'devices-changed' }
  /** The access key is wrong or no longer valid: send as a stranger. */
  | { readonly outcome: 'not-authorized' }
  /** Nobody by that ID on this road. */
  | { readonly outcome: 'unknown-account' }
  /** Try again, not before `retryAfter` milliseconds. */
  | { readonly outcome: 'busy'; readonly retryAfter: number }
  /** Refused for good: the message is malformed or too large for this road. */
  | { readonly outcome: 'rejected'; readonly status: number }
  /** No answer. The message may or may not have arrived; sending it again is safe. */
  | { readonly outcome: 'unreachable' };

/**
 * Why a server that answers at a road's address was told nothing: it shows another key than the one that
 * is pinned, or none that a known authority vouches for. Somebody may stand in between.
 */
export type RoadDistrust = 'wrong-key' | 'untrusted';

export type FetchRecordOutcome =
  /** Serialized SignedAccountRecord, unverified. */
  | { readonly outcome: 'found'; readonly record: Bytes }
  | { readonly outcome: 'unknown-account' }
  | { readonly outcome: 'busy'; readonly retryAfter: number }
  | { readonly outcome: 'unreachable'; readonly reason?: RoadDistrust };

export type FetchPreKeysOutcome =
  | { readonly outcome: 'found'; readonly bundles: readonly PreKeyBundle[] }
  /** Not allowed or nobody there; a road without one-time keys always says this. Use the record's keys. */
  | { readonly outcome: 'none' }
  | { readonly outcome: 'unreachable' };

export type PublishOutcome =
  | { readonly outcome: 'published' }
  | { readonly outcome: 'rejected'; readonly status: number }
  | { readonly outcome: 'busy'; readonly retryAfter: number }
  | { readonly outcome: 'unreachable' };

/** Told when a road begins and ends work of this device, as for a proof of work: so long it waits for nobody. */
export type Toil = (isWorking: boolean) => void;

/** An envelope as it came off the road. */
export interface IncomingEnvelope {
  /** Unique on its road; a redelivery carries the same. */
  readonly id: string;
  readonly sealed: Bytes;
  /** Milliseconds, by the road's clock. */
  readonly serverTime: number;
}

/** Why a road stopped for good until the user does something. */
export type RoadStop =
  /** This device was unlinked or the account re-registered elsewhere. */
  | 'credentials-revoked'
  /** Another process is using this very device. */
  | 'connected-elsewhere';

/** Called by the road. Envelopes are handed over in the order of the mailbox; several may be open at once. */
export interface Collector {
  /**
   * Resolves when the message is committed or refused for good; only then does the road acknowledge it.
   * Rejects when it cannot be opened now (the sender's record is out of reach, or the disk failed): the
   * road must not acknowledge, and hands the same envelope over again within a minute, by connecting
   * anew if that is what its server needs. The road counts as not drained until then.
   */
  envelope(envelope: IncomingEnvelope): Promise<void>;
  /** Every message that was waiting when the connection was made has been handed over and acknowledged. */
  drained(): void;
  connected(): void;
  /** A round trip to the road's server took so many milliseconds, on a road that measures it. */
  measured?(milliseconds: number): void;
  /** Also after every attempt to connect that failed, with what is not to be trusted there, if that is why. */
  disconnected(reason?: RoadDistrust): void;
  /**
   * While connected: what is not to be trusted at a further connection of the road, such as the one that it
   * sends on; undefined when it is well. Told after every attempt to open it.
   */
  distrusted?(reason: RoadDistrust | undefined): void;
  stopped(reason: RoadStop): void;
}

/** Registration material a road needs to make this device known. */
export interface Enrolment {
  readonly account: AccountId;
  readonly device: number;
  readonly registrationId: number;
  readonly accessKey: Bytes;
  readonly keys: PublishedPreKeys;
  /** Expanded Ed25519 identity secret, 64 bytes: signs what only the owner of a swarm's box may do. */
  readonly identitySecret: Bytes;
  /** Proves ownership on restore: derived from the seed for this road, 32 bytes. */
  readonly recoveryPassword: Bytes;
  /** The account may exist already: try the recovery password first. */
  readonly restore: boolean;
  /** One-use ticket from an invite, if the user has one. */
  readonly ticket?: string;
  /**
   * 32 bytes that are shown to nobody and are the same at every try: they blind the swap of a ticket, so
   * that a try after a crash repeats the swap and the road's servers cannot join ticket and account.
   * Without them each try blinds anew, and a crash in the middle may cost the ticket.
   */
  readonly blinding?: Bytes;
}

export type EnrolOutcome =
  | { readonly outcome: 'enrolled'; readonly credentials: RoadCredentials }
  | { readonly outcome: 'needs-invite' }
  | { readonly outcome: 'invite-refused' }
  | { readonly outcome: 'rejected'; readonly status: number }
  | { readonly outcome: 'busy'; readonly retryAfter: number }
  | { readonly outcome: 'unreachable'; readonly reason?: RoadDistrust };

export interface Road {
  readonly name: RoadName;
  /** The relay of this road as an account record names it; undefined when unknown now or there is none. */
  address?(): Promise<RelayAddress | undefined>;
  /** Where contacts reach this device by this road, once started; told to them inside the ratchet only. */
  mailbox?(): Bytes | undefined;
  /**
   * A new mailbox for contacts; the old one is still collected for 30 days. The caller commits the credentials
   * that come back, then the road uses them.
   */
  renewMailbox?(now: number): { readonly credentials: RoadCredentials; use(): void };
  enrol(enrolment: Enrolment): Promise<EnrolOutcome>;
  /** Begin to collect. Reconnects by itself, with growing pauses, until `close`. */
  start(credentials: RoadCredentials, collector: Collector): void;
  /** Only after `start`, as all that speaks for this device; before that it is `unreachable`. */
  publishRecord(account: AccountId, record: Bytes): Promise<PublishOutcome>;
  /** Upload fresh keys of this device. */
  publishPreKeys(keys: PublishedPreKeys): Promise<PublishOutcome>;
  /** How many one-time keys are left here, or undefined when the road cannot say. */
  countPreKeys(): Promise<{ preKeys: number; kyberPreKeys: number } | undefined>;
  /** `relays` as in a delivery: those that the account's record names, where one is known. */
  fetchRecord(account: AccountId, relays?: readonly RelayAddress[]): Promise<FetchRecordOutcome>;
  fetchPreKeys(
    account: AccountId,
    access: Access,
    relays?: readonly RelayAddress[],
    toil?: Toil,
  ): Promise<FetchPreKeysOutcome>;
  deliver(delivery: Delivery, toil?: Toil): Promise<DeliverOutcome>;
  /** Where contacts tell each other who the road’s servers are. */
  readonly passing?: ListPassing;
  /** For files, where the road's servers keep their chunks. */
  readonly chunks?: ChunkRoad;
  /** Delete this account from the road's servers. */
  leave(): Promise<PublishOutcome>;
  /** For `doctor`: one round trip, in milliseconds, or what is wrong. */
  probe(): Promise<
    | { readonly outcome: 'ok'; readonly milliseconds: number }
    | { readonly outcome: 'failed'; readonly reason: string }
  >;
  /**
   * How this road's own relay is asked from now on by what must not say who asks; `direct` at first. With
   * `onion` no connection of this device carries such a request, whatever fails, and those that stand end at once.
   */
  reach?(access: RelayAccess): void;
  /** Disconnect. Calls that wait for an answer resolve as `unreachable`; the collector hears nothing more. */
  close(): Promise<void>;
}

/** Keeps chunks of files, each in a place that only the owner of its mailbox may fill (design §1.6). */
export interface ChunkRoad {
  /** Storing the same chunk again is safe. */
  store(chunk: ChunkToStore): Promise<StoreChunkOutcome>;
  /** What comes back has the hash that was asked for. */
  fetch(chunk: ChunkToFetch): Promise<FetchChunkOutcome>;
  /** True when nobody can have them any more from those who keep to the rules. */
  remove(chunks: ChunksToRemove): Promise<boolean>;
}

/** Chunks of one lane travel together; others go another way, so that several are on the way at once. */
export interface ChunkOnItsWay {
  /** 33 bytes. */
  readonly mailbox: Bytes;
  readonly namespace: number;
  /** 0 and up. */
  readonly lane: number;
}

export interface ChunkToStore extends ChunkOnItsWay {
  /** Ed25519 secret of the mailbox, 64 bytes. */
  readonly secret: Bytes;
  readonly data: Bytes;
  /** Milliseconds. */
  readonly lifetime: number;
}

export interface ChunkToFetch extends ChunkOnItsWay {
  /** 32 bytes. */
  readonly hash: Bytes;
  readonly permit: {
    /** 36 bytes. */
    readonly token: Bytes;
    /** The owner's over the token, 64 bytes. */
    readonly signature: Bytes;
    /** Ed25519 secret of the token's key, 64 bytes. */
    readonly secret: Bytes;
  };
}

export interface ChunksToRemove {
  readonly mailbox: Bytes;
  readonly secret: Bytes;
  /** 32 bytes each; at most 65. */
  readonly hashes: readonly Bytes[];
}

export type StoreChunkOutcome =
  | { readonly outcome: 'stored' }
  /** Too few members of the swarm have it to count on. */
  | { readonly outcome: 'partly-stored'; readonly storedOn: number; readonly of: number }
  /** Try again, not before `retryAfter` milliseconds. */
  | { readonly outcome: 'busy'; readonly retryAfter: number }
  /** For good. */
  | { readonly outcome: 'rejected'; readonly status: number }
  | { readonly outcome: 'unreachable' };

export type FetchChunkOutcome =
  | { readonly outcome: 'found'; readonly data: Bytes }
  /** So many members do not have it that nobody does. */
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'busy'; readonly retryAfter: number }
  | { readonly outcome: 'unreachable' };

/** What a road remembers between runs, such as its guards; small, opaque, and lost without harm. */
export interface RoadMemory {
  load(): Promise<Bytes | undefined>;
  /** At most 512 KiB. Resolves when it is on disk. */
  save(bytes: Bytes): Promise<void>;
}

/** Re-exported so that road packages need not name the ratchet. */
export type { DeviceAddress, PreKeyBundle, PublishedPreKeys };
