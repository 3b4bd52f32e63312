import type { Network } from '@sotto/identity';
import type { RatchetEngine } from '@sotto/ratchet';
import type { ChatClient, ChatEvent } from './client-chat-types.ts';
import type { ContactView, OwnAccount } from './client-views.ts';
import type { FileClient, FileEvent } from './files/file-types.ts';
import type { Road, RoadDistrust, RoadMemory, RoadName, RoadStop } from './ports/road.ts';
import type {
  AccountKey,
  ClientStore,
  Contact,
  ContactWarning,
  MessageId,
  MessageState,
  StoredMessage,
} from './ports/store.ts';
import type { Clock, RandomBytes } from './ports/system.ts';

/** What a client is put together from. */
export interface ClientParts {
  readonly store: ClientStore;
  readonly engine: RatchetEngine;
  /** Roads of a network; asked once per start. They are not connected until the client starts them. */
  readonly makeRoads: (network: Network, memoryOf: (road: RoadName) => RoadMemory) => readonly Road[];
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Events without content: never an ID, a key, an address or a text. */
  readonly log?: (event: string, facts: Readonly<Record<string, number | string | boolean>>) => void;
}

/** One account on one device. All outcomes that can be expected are values; a rejected promise is a defect or a dead disk. */
export interface Client extends ChatClient, FileClient {
  /** Open the roads and begin to collect and carry, when there is an account. Once; later calls do nothing. */
  start(): Promise<void>;
  /** Stop. What was written down stays; what was being carried is carried again at the next start. */
  close(): Promise<void>;
  status(): Promise<ClientStatus>;

  /** After `start`. Waits up to 10 s for the account's record to be where others find it. */
  createAccount(request: CreateAccountRequest): Promise<CreateAccountOutcome>;
  restoreAccount(request: RestoreAccountRequest): Promise<RestoreAccountOutcome>;
  /** With `phrase`, the words too, if this device still holds the seed. Undefined when there is no account. */
  showAccount(options?: { readonly phrase?: boolean }): Promise<OwnAccount | undefined>;
  /** The user has written the words down: forget the seed. */
  confirmPhraseSaved(): Promise<{ readonly outcome: 'forgotten' | 'already-forgotten' | 'no-account' }>;
  /**
   * Leave the roads, then erase everything here. `force` erases here although a road did not answer; `hereOnly`
   * asks no road, so that record and registration stay and the words bring the account back.
   */
  deleteAccount(options?: {
    readonly force?: boolean;
    readonly hereOnly?: boolean;
  }): Promise<DeleteAccountOutcome>;

  /** Returns when the message is on disk. `to` is an account ID, a contact link or a contact's name. */
  send(request: SendRequest): Promise<SendOutcome>;
  /** Wait until a message is no longer queued, at most `timeout` milliseconds. */
  waitForCarried(message: MessageId, timeout: number): Promise<CarriedOutcome>;

  contacts(): Promise<readonly ContactView[]>;
  contact(account: AccountKey): Promise<ContactView | undefined>;
  /** Sixty digits to compare with the other side. Takes some milliseconds by design. */
  safetyNumber(account: AccountKey): Promise<string | undefined>;
  /** Find whom the user means: an account ID, a contact link, or the name of a contact (either kind, any case). */
  findContact(who: string): Promise<FindContactOutcome>;
  /** `who` is an account ID or a contact link. Adding somebody whose request waits accepts it. */
  addContact(who: string, name?: string): Promise<AddContactOutcome>;
  acceptRequest(account: AccountKey): Promise<ContactOutcome>;
  /** Forget the contact and the chat. A later message of theirs is a new request. */
  deleteContact(account: AccountKey): Promise<ContactOutcome>;
  /** Drop what they send without a sign. Blocking somebody unknown is allowed. */
  block(account: AccountKey): Promise<ContactOutcome>;
  /** They are what they were before the block, and what they send is shown again. */
  unblock(account: AccountKey): Promise<ContactOutcome>;
  /** The user's own name for a contact; an empty one takes it away. */
  nameContact(account: AccountKey, name: string): Promise<ContactOutcome>;
  /** The user has compared the safety number, or takes that back. */
  setVerified(account: AccountKey, verified: boolean): Promise<ContactOutcome>;
  setRoad(account: AccountKey, road: Contact['road']): Promise<ContactOutcome>;
  /** The user has seen the warning about a refused record; sending goes on to the devices known before. */
  acknowledgeWarning(account: AccountKey): Promise<ContactOutcome>;

  /** Newest first, at most `limit` (bounded by 200), older than the sequence `before`. */
  messages(
    chat: AccountKey,
    page: { readonly limit: number; readonly before?: number },
  ): Promise<readonly StoredMessage[]>;
  message(id: MessageId): Promise<StoredMessage | undefined>;
  /** Incoming texts and gap notices after a sequence (default: after the last one marked), oldest first. */
  takeReceived(afterSequence: number | undefined, limit: number): Promise<readonly ReceivedMessage[]>;
  /** Everything up to this sequence has been printed; durable. Never goes back. */
  markReceived(sequence: number): Promise<void>;

  /** Events come after the commit that they tell of. A listener that throws is not called again. */
  subscribe(listener: (event: ClientEvent) => void): () => void;
  /**
   * Every started road has drained at least once since it connected, and nothing is being opened or carried.
   * A relay that has been silent for 5 s is not waited for when the onion road has drained.
   */
  settled(): Promise<void>;
  /** One round trip on each road. */
  probe(): Promise<readonly RoadProbe[]>;
}

export interface CreateAccountRequest {
  /** 1 to 64 characters after trimming; travels only inside the encryption. */
  readonly name: string;
  /** Network text. */
  readonly network: string;
  /** A one-use ticket from an invite. */
  readonly ticket?: string;
  /** Never touch a relay, though the network has one. */
  readonly onionOnly?: boolean;
}

export interface RestoreAccountRequest {
  /** 25 words, or 13 of a Session account. */
  readonly words: string;
  readonly name?: string;
  readonly network: string;
  readonly ticket?: string;
  readonly onionOnly?: boolean;
}

/** Why a road did not take the account in. Nothing is lost: calling again goes on with the same keys. */
export type EnrolRefusal =
  | { readonly outcome: 'needs-invite' }
  | { readonly outcome: 'invite-refused' }
  | { readonly outcome: 'rejected'; readonly status: number }
  | { readonly outcome: 'busy'; readonly retryAfter: number }
  | { readonly outcome: 'unreachable'; readonly reason?: RoadDistrust };

/** `reason` is a sentence for the user. */
export type CreateAccountOutcome =
  | { readonly outcome: 'created'; readonly account: OwnAccount }
  | { readonly outcome: 'account-exists' }
  | { readonly outcome: 'bad-name'; readonly reason: string }
  | { readonly outcome: 'bad-network'; readonly reason: string }
  | EnrolRefusal;

export type RestoreAccountOutcome =
  | {
      readonly outcome: 'restored';
      readonly account: OwnAccount;
      /** 13 words: their Session chats do not continue here and a new account is the better choice. */
      readonly fromSession: boolean;
    }
  | { readonly outcome: 'account-exists' }
  | { readonly outcome: 'bad-name'; readonly reason: string }
  | { readonly outcome: 'bad-network'; readonly reason: string }
  /** `code` and `reason` tell a mistyped word from a bad checksum from too few words. */
  | { readonly outcome: 'bad-words'; readonly code: string; readonly reason: string }
  /** The road's record of this account does not prove itself; going on would fork it. */
  | { readonly outcome: 'record-refused'; readonly reason: string }
  | EnrolRefusal;

export type DeleteAccountOutcome =
  /** `onlyHere`: the account goes on with another device, or not every road has confirmed that it is gone. */
  | { readonly outcome: 'deleted'; readonly onlyHere?: 'replaced' | 'unconfirmed' }
  | { readonly outcome: 'no-account' }
  /** Nothing was erased. */
  | { readonly outcome: 'road-failed'; readonly road: RoadName };

export interface SendRequest {
  readonly to: string;
  /** May be empty where there are files. */
  readonly text: string;
  /** IDs that `keepFile` gave, at most 10; each goes with one message. */
  readonly files?: readonly string[];
  /** For this chat from now on, as `setRoad`. */
  readonly road?: Contact['road'];
}

/** No relay in their record; or this account is not on the only road that the user allows. */
export type NoWay = 'they-have-no-relay' | 'no-relay' | 'no-onion' | 'files-need-onion';

export type SendOutcome =
  | {
      readonly outcome: 'written';
      readonly message: MessageId;
      readonly to: AccountKey;
      /** Place in the outbox. */
      readonly order: number;
    }
  | { readonly outcome: 'no-account' }
  /** The account goes on without this device; nothing was written. */
  | { readonly outcome: 'device-replaced' }
  | { readonly outcome: 'bad-recipient'; readonly reason: string }
  | { readonly outcome: 'unknown-recipient' }
  | { readonly outcome: 'ambiguous-recipient'; readonly accounts: readonly AccountKey[] }
  /** Writing to oneself is not supported yet. */
  | { readonly outcome: 'yourself' }
  | { readonly outcome: 'blocked' }
  /** The chat would be bound to a road that leads nowhere; nothing was written, and its road is as before. */
  | { readonly outcome: 'no-way'; readonly why: NoWay }
  /** A forked, rolled-back or unproven record was refused; call `acknowledgeWarning` when the user has seen it. */
  | { readonly outcome: 'warning'; readonly warning: ContactWarning }
  | { readonly outcome: 'empty' }
  /** One of them was never kept, or is gone, or goes with another message. */
  | { readonly outcome: 'unknown-file' }
  | { readonly outcome: 'too-many-files'; readonly limit: number }
  /** In bytes of UTF-8. */
  | { readonly outcome: 'too-long'; readonly length: number; readonly limit: number }
  /** Too much waits to be carried already. */
  | { readonly outcome: 'outbox-full'; readonly limit: number };

export type CarriedOutcome =
  | {
      readonly outcome: 'known';
      readonly state: MessageState;
      readonly road?: RoadName;
      readonly storedOn?: number;
      /** While those are too few to count on: of how many. */
      readonly of?: number;
      /** For `describeProblem`. */
      readonly problem?: string;
    }
  /** It waits here for good: the account goes on without this device. */
  | { readonly outcome: 'device-replaced' }
  | { readonly outcome: 'unknown-message' };

export type FindContactOutcome =
  | {
      readonly outcome: 'found';
      readonly account: AccountKey;
      readonly known: boolean;
      readonly name?: string;
    }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'ambiguous'; readonly accounts: readonly AccountKey[] }
  /** It looks like an ID or a link and is not one. */
  | { readonly outcome: 'malformed'; readonly reason: string };

export type AddContactOutcome =
  | { readonly outcome: 'added' | 'already-there' | 'accepted'; readonly contact: ContactView }
  | { readonly outcome: 'malformed'; readonly reason: string }
  | { readonly outcome: 'yourself' }
  | { readonly outcome: 'blocked' }
  | { readonly outcome: 'no-account' };

export type ContactOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'unknown-contact' }
  /** It makes no sense in the contact's present state, or the value is not allowed. */
  | { readonly outcome: 'not-possible'; readonly reason: string };

export interface ReceivedMessage {
  readonly message: StoredMessage;
  /** Nickname or the name they gave. */
  readonly fromName?: string;
}

export interface RoadStatus {
  readonly road: RoadName;
  readonly state: 'not-started' | 'connecting' | 'up' | 'stopped';
  readonly stop?: RoadStop;
  /** What the last attempt to connect met: while `up`, at the connection that the road sends on. */
  readonly distrust?: RoadDistrust;
  /** What was waiting at the last connect has been collected. */
  readonly drained: boolean;
  /** `unhealthy`: chats that may choose take another road, until this one has been well for a minute. */
  readonly health: 'healthy' | 'unhealthy';
  /** Milliseconds of the last round trip that was measured, while up, on a road that measures them. */
  readonly latency?: number;
}

export interface ClientStatus {
  /** `incomplete`: keys were made but no road has taken the account in yet. */
  readonly account: 'none' | 'incomplete' | 'ready';
  readonly roads: readonly RoadStatus[];
  /** Messages waiting to be carried. */
  readonly queued: number;
  readonly requests: number;
  /** The newest account record has not reached every road. */
  readonly recordPending: boolean;
  /** The account was restored on another device, or deleted: nothing can be sent or received here. */
  readonly replaced: boolean;
  /** What came in and was refused since the start, by reason. No content, no senders. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface RoadProbe {
  readonly road: RoadName;
  readonly result: Awaited<ReturnType<Road['probe']>>;
}

export type ClientEvent =
  /** A text or a gap notice, after its commit. */
  | { readonly event: 'message'; readonly message: StoredMessage; readonly fromName?: string }
  | {
      readonly event: 'message-state';
      readonly message: MessageId;
      readonly chat: AccountKey;
      readonly state: MessageState;
      readonly road?: RoadName;
      readonly storedOn?: number;
      readonly of?: number;
      /** For `describeProblem`. */
      readonly problem?: string;
    }
  /** Also when it was deleted: then `contact` is absent. */
  | { readonly event: 'contact'; readonly account: AccountKey; readonly contact?: ContactView }
  /** A stranger wrote for the first time. */
  | { readonly event: 'request'; readonly account: AccountKey; readonly contact: ContactView }
  | { readonly event: 'road'; readonly status: RoadStatus }
  | { readonly event: 'drained'; readonly road: RoadName }
  | { readonly event: 'account'; readonly state: ClientStatus['account'] }
  | ChatEvent
  | FileEvent;
