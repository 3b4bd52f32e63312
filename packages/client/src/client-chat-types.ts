import type { Bytes } from '@sotto/bytes';
import type { ContactView, OwnAccount } from './client-views.ts';
import type { AccountKey, MessageId, Preferences, StoredMessage } from './ports/store.ts';

/** The part of a client that screens with chats ask of. */
export interface ChatClient {
  /** One for each contact, requests and blocked ones too; newest activity first. `from` is the `next` of the page before. */
  chats(page: { readonly from?: number; readonly limit: number }): Promise<ChatsPage>;
  /** Undefined for somebody who is no contact. */
  chat(account: AccountKey): Promise<ChatView | undefined>;
  /** Oldest first; the newest ones without `before`, `after` and `around`. At most 200. */
  chatPage(account: AccountKey, page: ChatPageRequest): Promise<ChatPage>;
  /**
   * Everything up to this sequence was on screen; never goes back. Owes read receipts where the preference
   * is on and the contact is accepted.
   */
  markRead(account: AccountKey, through: number): Promise<MarkReadOutcome>;
  /** What was typed and not sent; an empty text forgets it. */
  keepDraft(account: AccountKey, text: string): Promise<KeepDraftOutcome>;
  /**
   * The user types in this chat, or has stopped. Told where the preference is on, to accepted contacts, by the
   * relay only, at most every 10 s; else dropped without a word. Resolves when it has left or was dropped.
   */
  tellTyping(account: AccountKey, typing: boolean): Promise<void>;

  /** A failed text is carried again as the same message, in the place where it stands. */
  retryMessage(id: MessageId): Promise<RetryOutcome>;
  /** Forget it here. One that waits is not carried any more; what was sent stays with the other side. */
  deleteMessage(id: MessageId): Promise<{ readonly outcome: 'deleted' | 'unknown-message' }>;
  /** Forget all messages of a chat here; the contact and the draft stay. */
  clearChat(account: AccountKey): Promise<{ readonly outcome: 'cleared' | 'unknown-contact' }>;

  /** Contacts and texts that hold all these words, or words that begin so. Newest first. */
  search(request: SearchRequest): Promise<SearchPage>;

  preferences(): Promise<Preferences>;
  /** Also before there is an account. */
  changePreferences(changes: Partial<Preferences>): Promise<PreferencesOutcome>;

  /** Another name for oneself; accepted contacts learn it with the next message to each. */
  rename(name: string): Promise<RenameOutcome>;
  /** As the pinned record lists them; empty while none is known, undefined for somebody who is no contact. */
  devicesOf(account: AccountKey): Promise<readonly ContactDevice[] | undefined>;
  /** Takes some milliseconds by design. Undefined for somebody who is no contact. */
  safety(account: AccountKey): Promise<Safety | undefined>;
  /** Compare the code that the other side's screen shows. Undefined for somebody who is no contact. */
  compareSafetyCode(account: AccountKey, code: Safety['code']): Promise<SafetyComparison | undefined>;
  /** What others add them by, with the name they gave themselves. Undefined for somebody who is no contact. */
  contactLink(account: AccountKey): Promise<string | undefined>;
}

export interface ChatView {
  readonly contact: ContactView;
  /** The newest line. */
  readonly last?: StoredMessage;
  /** Incoming texts behind `readThrough`. */
  readonly unread: number;
  /** Sequence of the last line that was on screen; 0 for none. */
  readonly readThrough: number;
  readonly draft?: string;
  /** Time of the newest line, or when the contact was added. */
  readonly activeAt: number;
}

export interface ChatsPage {
  readonly chats: readonly ChatView[];
  /** Where the next page begins; absent at the end. */
  readonly next?: number;
}

/** At most one of `before`, `after` and `around`, which are sequences; the first that is given counts. */
export interface ChatPageRequest {
  readonly limit: number;
  /** The newest that are older. */
  readonly before?: number;
  /** The oldest that are newer. */
  readonly after?: number;
  /** This one in the middle. */
  readonly around?: number;
}

export interface ChatPage {
  readonly items: readonly StoredMessage[];
  /** There are older ones. */
  readonly hasBefore: boolean;
  /** There are newer ones. */
  readonly hasAfter: boolean;
}

export type MarkReadOutcome =
  | { readonly outcome: 'marked'; readonly chat: ChatView }
  | { readonly outcome: 'unknown-contact' };

export type KeepDraftOutcome =
  | { readonly outcome: 'kept' }
  | { readonly outcome: 'unknown-contact' }
  /** In UTF-16 units. */
  | { readonly outcome: 'too-long'; readonly limit: number };

export type RetryOutcome =
  | { readonly outcome: 'queued'; readonly message: StoredMessage }
  | { readonly outcome: 'unknown-message' }
  | { readonly outcome: 'not-possible'; readonly reason: string }
  | { readonly outcome: 'outbox-full'; readonly limit: number }
  | { readonly outcome: 'device-replaced' };

export interface SearchRequest {
  readonly text: string;
  /** Only in this chat; then no contacts are looked for. */
  readonly chat?: AccountKey;
  /** Only messages with a smaller sequence; then no contacts are looked for. */
  readonly before?: number;
  /** Of messages; bounded by 200. */
  readonly limit: number;
}

export interface SearchPage {
  readonly contacts: readonly ContactView[];
  readonly messages: readonly FoundMessage[];
  /** There are older ones. */
  readonly more: boolean;
}

export interface FoundMessage {
  readonly message: StoredMessage;
  /** Nickname or the name they gave. */
  readonly chatName?: string;
  /** Where the searched words stand in the text: [from, to) in UTF-16 units, ascending, not overlapping. */
  readonly matches: readonly (readonly [from: number, to: number])[];
}

export type PreferencesOutcome =
  | { readonly outcome: 'changed'; readonly preferences: Preferences }
  /** `screen`, in bytes of UTF-8. */
  | { readonly outcome: 'too-long'; readonly limit: number }
  /** There is no account here in a network with storage nodes, through which its relay could be asked. */
  | { readonly outcome: 'no-onion' };

export type RenameOutcome =
  | { readonly outcome: 'renamed'; readonly account: OwnAccount }
  | { readonly outcome: 'bad-name'; readonly reason: string }
  | { readonly outcome: 'no-account' };

export interface ContactDevice {
  readonly device: number;
  readonly registrationId: number;
  /** The first 16 hex digits of its key. */
  readonly key: string;
}

export interface Safety {
  /** Sixty digits, the same on both sides. */
  readonly digits: string;
  /** For a QR code; each side's differs. */
  readonly code: Bytes;
}

export type SafetyComparison = 'match' | 'mismatch' | 'other-version' | 'malformed';

/** What screens with chats are told beside the rest, after the commit. */
export type ChatEvent =
  /** A new line in a chat, one's own included, or an old one of which more has changed than its state. */
  | { readonly event: 'item'; readonly message: StoredMessage }
  /** A line was forgotten here; without `message`, all of the chat. */
  | { readonly event: 'item-gone'; readonly chat: AccountKey; readonly message?: MessageId }
  | {
      readonly event: 'chat-read';
      readonly chat: AccountKey;
      readonly unread: number;
      readonly readThrough: number;
    }
  /** They type, or have stopped; `true` is followed by `false` after 15 s at the latest, or by another `true`. */
  | { readonly event: 'typing'; readonly account: AccountKey; readonly typing: boolean }
  | { readonly event: 'preferences'; readonly preferences: Preferences };
