import type { Bytes } from '@sotto/bytes';
import type { RatchetChange, RatchetReader } from '@sotto/ratchet';
import type { DeviceMailbox, RelayAccess, RoadCredentials, RoadName } from './road.ts';

/**
 * The port to what a device keeps. Reads are asynchronous and see the last commit; everything is
 * written through `commit`, which applies a whole unit of work or nothing and returns when it is on
 * disk (design §2). IDs are used as map keys, so accounts appear here as their 66-digit text.
 */
export type AccountKey = string;

/** A message is (author, device, milliseconds), the same on both ends. */
export interface MessageId {
  readonly author: AccountKey;
  readonly device: number;
  readonly sentAt: number;
}

/** This device's own account. One row. */
export interface AccountState {
  readonly account: AccountKey;
  readonly name: string;
  /** 32 bytes; absent once the words are confirmed saved, and on linked devices. */
  readonly seed?: Bytes;
  /** Expanded Ed25519 identity secret, 64 bytes. */
  readonly identitySecret: Bytes;
  readonly device: number;
  readonly registrationId: number;
  /** Ed25519 secret of this device, 64 bytes. */
  readonly deviceSecret: Bytes;
  readonly certificate: Bytes;
  readonly serverCertificate: Bytes;
  readonly certificateSignature: Bytes;
  /** 32 bytes, given to accepted contacts; the access key is derived from it. */
  readonly profileKey: Bytes;
  /** Serialized SignedAccountRecord, the newest revision made here. */
  readonly record: Bytes;
  /** The newest revision has not reached every road yet. */
  readonly recordPending: boolean;
  /** Network text as joined. */
  readonly network: string;
  readonly credentials: Partial<Record<RoadName, RoadCredentials>>;
  /** The last message time given out; the next is greater. */
  readonly lastSentAt: number;
  /** How far `receive` has printed: the `sequence` of the last message taken. */
  readonly receivedThrough: number;
}

export type ContactState =
  /** They wrote first; nothing goes back before Accept. */
  | 'request'
  /** We wrote first or added them; they have not answered yet. */
  | 'invited'
  | 'accepted'
  | 'blocked';

/** `onion` is strict: nothing that the chat causes leaves by any other way. */
export type RoadWish = 'auto' | 'relay' | 'onion';

/** A mailbox as a device of a contact told it. */
export interface ContactMailbox extends DeviceMailbox {
  /** The time of the message that told it; an older one does not bring an old mailbox back. */
  readonly toldAt: number;
}

export interface Contact {
  readonly account: AccountKey;
  readonly state: ContactState;
  /** While they are blocked: what they were before, if they were known. */
  readonly stateBefore?: Exclude<ContactState, 'blocked'>;
  /** The name they gave, inside the encryption. */
  readonly name?: string;
  /** The name the user gave them. */
  readonly nickname?: string;
  /** 32 bytes they gave us; absent = write as a stranger. */
  readonly profileKey?: Bytes;
  /** Our profile key has been sent to them. */
  readonly knowsProfileKey: boolean;
  /** How we want this chat to travel. */
  readonly road: RoadWish;
  /** How they last said they want it; the stricter side wins (design §1.4). */
  readonly theirRoad: RoadWish;
  /** The time of the message that said so; one that is older does not take it back. */
  readonly theirRoadAt: number;
  /** Where their devices collect, as each of them told us. At most 8. */
  readonly mailboxes: readonly ContactMailbox[];
  /** The mailbox of ours that they surely know of; tell them when it is not the present one. */
  readonly knowsMailbox?: Bytes;
  /** Serialized SignedAccountRecord of the highest revision seen and accepted. */
  readonly record?: Bytes;
  /** Milliseconds when the pinned record was last confirmed current. */
  readonly recordCheckedAt: number;
  /** Set when a forked, rolled-back or unproven record was refused; sending stops until the user has seen it. */
  readonly warning?: ContactWarning;
  /** Hash of the refused record that the user has been warned of (32 bytes): it warns no second time. */
  readonly refusedRecord?: Bytes;
  readonly verified: boolean;
  /** Our next visible message's counter in this chat, from 1, and the hash of the last one. */
  readonly nextCounter: number;
  readonly lastHash?: Bytes;
  readonly addedAt: number;
}

export type ContactWarning = 'record-forked' | 'record-rolled-back' | 'record-unproven' | 'version-lowered';

/** How far each sending device of a contact has been followed, to keep its order and to show gaps. */
export interface ChainState {
  readonly account: AccountKey;
  readonly device: number;
  /** Registration ID; a new one starts a new chain. */
  readonly chain: number;
  /** The next counter expected when nothing is missing. */
  readonly expected: number;
  /** Hash of the message before `expected`. */
  readonly hash?: Bytes;
  /** Its time, by the sender's clock: tells what comes late from a count that began anew. */
  readonly lastSentAt?: number;
  /** What arrived ahead of `expected` and is held. At most 256. */
  readonly ahead: readonly {
    readonly counter: number;
    readonly hash: Bytes;
    readonly previous?: Bytes;
    readonly sentAt: number;
    /** When it arrived here. */
    readonly at: number;
  }[];
  /** When the first of those arrived; what is missing before them is given up 30 s later. */
  readonly gapSince?: number;
}

/** A text that came before one that its sender wrote earlier: kept, and not shown yet. */
export interface HeldText {
  readonly account: AccountKey;
  readonly device: number;
  readonly chain: number;
  readonly counter: number;
  readonly sentAt: number;
  readonly text: string;
  readonly road: RoadName;
  readonly receivedAt: number;
  /** How many files it has; absent for none. */
  readonly files?: number;
}

export type MessageState =
  /** Written down, no road has it yet. */
  | 'queued'
  | 'sent'
  | 'delivered'
  /** The other side says that it was on screen, and both sides want to know. */
  | 'read'
  | 'failed'
  /** Incoming. */
  | 'received';

export interface Message {
  readonly id: MessageId;
  /** The other side of the chat. */
  readonly chat: AccountKey;
  readonly direction: 'in' | 'out';
  /** `gap`: a notice that messages are missing, with how many in `text`. */
  readonly kind: 'text' | 'gap';
  readonly text: string;
  readonly state: MessageState;
  readonly road?: RoadName;
  /** Swarm members that hold it, where the road counts them. */
  readonly storedOn?: number;
  /** While they are too few: of how many. */
  readonly of?: number;
  readonly receivedAt?: number;
  /** It arrived while its chat was a request. */
  readonly request: boolean;
  /** Why it failed or waits: a `Problem`, or the sentence that an earlier version wrote down. */
  readonly problem?: string;
  /** How many files it has; absent for none. */
  readonly files?: number;
}

/** A stored message with the order of its arrival here, strictly increasing. */
export interface StoredMessage extends Message {
  readonly sequence: number;
}

export type OutboxKind = 'message' | 'receipt' | 'accept' | 'list';

/** Of a file that is sent. */
export type OutgoingFileState =
  /** It is being written down; what a run leaves so is gone with the next. */
  | 'writing'
  /** Written down, and no message has it yet; gone with the next run, too. */
  | 'kept'
  /** Its message waits until storage nodes have all of it. */
  | 'waiting'
  /** Storage nodes have all of it. */
  | 'stored'
  /** Its message will not be sent: what storage nodes have of it is to be deleted. */
  | 'unwanted';

/** Of a file that came. */
export type IncomingFileState =
  /** Storage nodes have it. */
  | 'remote'
  /** It is being fetched. */
  | 'wanted'
  | 'here';

export type FileState = OutgoingFileState | IncomingFileState | 'failed';

/** A file of a message. Its chunks are kept beside it, as storage nodes keep them: encrypted. */
export interface StoredFile {
  /** Unique here, and known nowhere else. */
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly chat?: AccountKey;
  readonly message?: MessageId;
  /** In its message, from 0. */
  readonly place: number;
  /** A clean name, never a path. */
  readonly name?: string;
  /** As a MIME type. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly state: FileState;
  /** Why it failed or waits. */
  readonly problem?: string;
  /** Of one that is sent: what all its keys come from, 32 bytes. */
  readonly seed?: Bytes;
  /** Serialized AttachmentPointer; empty while it is being written down. */
  readonly attachment: Bytes;
  /** A bit for each chunk, the lowest of a byte first: storage nodes have it, or, of one that came, it is here. */
  readonly done: Bytes;
  /** Milliseconds. */
  readonly addedAt: number;
}

/** Something to be carried to one account. */
export interface OutboxEntry {
  readonly id: string;
  readonly kind: OutboxKind;
  readonly to: AccountKey;
  /** The visible message it carries. */
  readonly message?: MessageId;
  /** Serialized Content. */
  readonly content: Bytes;
  readonly timestamp: number;
  readonly urgent: boolean;
  /** Order in its chat; strictly increasing. */
  readonly order: number;
  /** Not before this time (milliseconds). */
  readonly notBefore: number;
  readonly attempts: number;
  /** Ratchet messages already made, by device; kept so that a retry sends the same bytes. */
  readonly encrypted: readonly {
    readonly device: number;
    readonly registrationId: number;
    readonly kind: 'first' | 'steady';
    readonly bytes: Bytes;
  }[];
}

/** `read` says `delivery` too. */
export type ReceiptKind = 'delivery' | 'read';

/** A receipt that is owed. */
export interface OwedReceipt {
  readonly kind: ReceiptKind;
  readonly to: AccountKey;
  readonly message: MessageId;
  /** Milliseconds. */
  readonly dueAt: number;
}

/** A chat as a list shows it; there is one for each contact. */
export interface Chat {
  readonly contact: Contact;
  /** The newest message. */
  readonly last?: StoredMessage;
  /** Incoming texts behind `readThrough`. */
  readonly unread: number;
  /** Sequence; 0 before anything was read. */
  readonly readThrough: number;
  readonly draft?: string;
  /** When `last` was received, or else sent; without one, when the contact was added. */
  readonly activeAt: number;
}

/** An outgoing text that failed, as it would be carried again: the same content, in the same place of the count. */
export interface FailedText {
  readonly message: MessageId;
  readonly to: AccountKey;
  /** Serialized Content. */
  readonly content: Bytes;
}

/** What the user has chosen on this device. */
export interface Preferences {
  readonly readReceipts: boolean;
  readonly typing: boolean;
  readonly relayAccess: RelayAccess;
  /** Of screens, which alone know what it says; at most 8 KiB. */
  readonly screen: string;
}

/** Words that follow each other, as `wordsOf` writes them; the last one may be the beginning of one. */
export type SearchTerm = readonly string[];

/** One write of a unit of work. */
export type StoreChange =
  | { readonly kind: 'put-account'; readonly state: AccountState }
  | { readonly kind: 'put-contact'; readonly contact: Contact }
  | { readonly kind: 'delete-contact'; readonly account: AccountKey }
  /** Inserts or replaces by ID; a new row gets the next `sequence`, a replaced one keeps its own. */
  | { readonly kind: 'put-message'; readonly message: Message }
  | { readonly kind: 'delete-message'; readonly id: MessageId }
  /** The texts that are held, what failed and may be tried again, and what is known of the chat, too. */
  | { readonly kind: 'delete-chat-messages'; readonly chat: AccountKey }
  /** Messages and what failed only. */
  | { readonly kind: 'clear-chat'; readonly chat: AccountKey }
  /** Never goes back. */
  | { readonly kind: 'put-read'; readonly chat: AccountKey; readonly through: number }
  /** An empty text takes it away. */
  | { readonly kind: 'put-draft'; readonly chat: AccountKey; readonly text: string }
  | { readonly kind: 'put-preferences'; readonly preferences: Preferences }
  /** Gone with its message. */
  | { readonly kind: 'put-failed'; readonly failed: FailedText }
  | { readonly kind: 'delete-failed'; readonly message: MessageId }
  | { readonly kind: 'put-chain'; readonly chain: ChainState }
  /** Replaces the one in the same place of the same chain. */
  | { readonly kind: 'put-held'; readonly held: HeldText }
  | {
      readonly kind: 'delete-held';
      readonly account: AccountKey;
      readonly device: number;
      readonly chain: number;
      readonly counter: number;
    }
  | { readonly kind: 'put-outbox'; readonly entry: OutboxEntry }
  | { readonly kind: 'delete-outbox'; readonly id: string }
  /** Inserts or replaces by ID. */
  | { readonly kind: 'put-file'; readonly file: StoredFile }
  /** With its chunks. */
  | { readonly kind: 'delete-file'; readonly id: string }
  /** Nothing happens where there is no such file, or its chunk is there. */
  | { readonly kind: 'put-chunk'; readonly file: string; readonly chunk: number; readonly data: Bytes }
  /** All but one, if that is named. The file itself stays. */
  | { readonly kind: 'delete-chunks'; readonly file: string; readonly except?: number }
  | { readonly kind: 'put-road-memory'; readonly road: RoadName; readonly bytes: Bytes }
  | { readonly kind: 'put-receipt'; readonly receipt: OwedReceipt }
  | {
      readonly kind: 'delete-receipt';
      readonly message: MessageId;
      readonly receipt: ReceiptKind;
    }
  /** The envelope or content was handled; `mark` is unique. Kept until `forgetAfter`. */
  | { readonly kind: 'put-seen'; readonly mark: string; readonly forgetAfter: number }
  | { readonly kind: 'ratchet'; readonly change: RatchetChange };

export type UnitOfWork = readonly StoreChange[];

/** The store cannot be used. Fatal for the process that owns the profile. */
export interface ClientStore {
  readonly ratchet: RatchetReader;
  account(): Promise<AccountState | undefined>;
  roadMemory(road: RoadName): Promise<Bytes | undefined>;
  contact(account: AccountKey): Promise<Contact | undefined>;
  contacts(): Promise<readonly Contact[]>;
  message(id: MessageId): Promise<StoredMessage | undefined>;
  /** Newest first, older than `before` when given. */
  messages(
    chat: AccountKey,
    page: { readonly limit: number; readonly before?: number },
  ): Promise<readonly StoredMessage[]>;
  /** Oldest first, newer than `after`. */
  messagesAfter(
    chat: AccountKey,
    page: { readonly limit: number; readonly after: number },
  ): Promise<readonly StoredMessage[]>;
  /** Chats by activity, newest first, then by account; `from` counts those left out. */
  chats(page: { readonly from: number; readonly limit: number }): Promise<readonly Chat[]>;
  /** Undefined for somebody who is no contact. */
  chat(account: AccountKey): Promise<Chat | undefined>;
  /** Incoming texts of a chat with a sequence in (after, through], newest first. */
  incomingTexts(
    chat: AccountKey,
    range: { readonly after: number; readonly through: number; readonly limit: number },
  ): Promise<readonly MessageId[]>;
  /** Texts that hold all terms, newest first; older than `before` and of one chat when those are given. */
  searchMessages(request: {
    readonly terms: readonly SearchTerm[];
    readonly chat?: AccountKey;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly StoredMessage[]>;
  file(id: string): Promise<StoredFile | undefined>;
  /** In their places. */
  filesOf(message: MessageId): Promise<readonly StoredFile[]>;
  /** Of a chat; the oldest first. */
  filesIn(chat: AccountKey): Promise<readonly StoredFile[]>;
  /** In any of these states; the oldest first. */
  filesWith(states: readonly FileState[]): Promise<readonly StoredFile[]>;
  chunk(file: string, chunk: number): Promise<Bytes | undefined>;
  failedText(message: MessageId): Promise<FailedText | undefined>;
  /** Undefined before they were changed for the first time. */
  preferences(): Promise<Preferences | undefined>;
  /** Incoming messages with a greater sequence, oldest first. */
  incomingAfter(sequence: number, limit: number): Promise<readonly StoredMessage[]>;
  chain(account: AccountKey, device: number, chain: number): Promise<ChainState | undefined>;
  /** All chains of an account. */
  chains(account: AccountKey): Promise<readonly ChainState[]>;
  /** What is held of one chain, in the order of its counters. */
  held(account: AccountKey, device: number, chain: number): Promise<readonly HeldText[]>;
  /** How many texts of an account are held. */
  countHeld(account: AccountKey): Promise<number>;
  /** Chains with a gap seen at or before `time`. */
  openGaps(time: number): Promise<readonly ChainState[]>;
  /** All entries in `order`. */
  outbox(): Promise<readonly OutboxEntry[]>;
  outboxEntry(id: string): Promise<OutboxEntry | undefined>;
  /** The highest `order` ever given out. */
  lastOutboxOrder(): Promise<number>;
  receiptsDue(time: number): Promise<readonly OwedReceipt[]>;
  /** When the next receipt is due, if any. */
  nextReceiptDue(): Promise<number | undefined>;
  hasSeen(mark: string): Promise<boolean>;
  /** Forget seen-marks whose time is over. */
  forgetSeen(now: number): Promise<void>;
  commit(work: UnitOfWork): Promise<void>;
  /** Remove everything about the account. */
  erase(): Promise<void>;
  close(): Promise<void>;
}
