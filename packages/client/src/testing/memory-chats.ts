import type { AccountKey, Chat, Contact, StoredMessage } from '../ports/store.ts';

/** What is kept of a chat beside its messages. */
export interface ChatMemo {
  readonly readThrough?: number;
  readonly draft?: string;
}

interface Kept {
  readonly contacts: ReadonlyMap<AccountKey, Contact>;
  readonly messages: ReadonlyMap<string, StoredMessage>;
  readonly chats: ReadonlyMap<AccountKey, ChatMemo>;
}

/** Newest activity first. */
export function chatsOf(kept: Kept): readonly Chat[] {
  return [...kept.contacts.keys()]
    .flatMap((account) => chatOf(kept, account) ?? [])
    .sort((left, right) =>
      left.activeAt === right.activeAt
        ? left.contact.account < right.contact.account
          ? -1
          : 1
        : right.activeAt - left.activeAt,
    );
}

export function chatOf({ contacts, messages, chats }: Kept, account: AccountKey): Chat | undefined {
  const contact = contacts.get(account);
  if (contact === undefined) return undefined;
  const { readThrough = 0, draft } = chats.get(account) ?? {};
  const own = [...messages.values()].filter(({ chat }) => chat === account);
  const last = own.reduce<StoredMessage | undefined>(
    (newest, message) => (newest !== undefined && newest.sequence > message.sequence ? newest : message),
    undefined,
  );
  return {
    contact,
    ...(last === undefined ? {} : { last }),
    unread: own.filter((message) => isUnread(message, account, readThrough)).length,
    readThrough,
    ...(draft === undefined ? {} : { draft }),
    activeAt: last === undefined ? contact.addedAt : (last.receivedAt ?? last.id.sentAt),
  };
}

export function isUnread(message: StoredMessage, chat: AccountKey, after: number): boolean {
  const { direction, kind, sequence } = message;
  return message.chat === chat && direction === 'in' && kind === 'text' && sequence > after;
}
