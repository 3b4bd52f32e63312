import type { Bytes } from '@sotto/bytes';
import type { RatchetTable } from '@sotto/ratchet';
import type { RoadName } from '../ports/road.ts';
import type {
  AccountKey,
  AccountState,
  ChainState,
  ClientStore,
  Contact,
  FailedText,
  HeldText,
  MessageId,
  OutboxEntry,
  OwedReceipt,
  Preferences,
  StoreChange,
  StoredFile,
  StoredMessage,
  UnitOfWork,
} from '../ports/store.ts';
import { holdsAll } from '../search/matches.ts';
import { type ChatMemo, chatOf, chatsOf, isUnread } from './memory-chats.ts';

/** What a crash leaves behind: the last commit, whole. */
interface Committed {
  account: AccountState | undefined;
  contacts: Map<AccountKey, Contact>;
  messages: Map<string, StoredMessage>;
  lastSequence: number;
  /** What is known of a chat beside its messages. */
  chats: Map<AccountKey, ChatMemo>;
  failed: Map<string, FailedText>;
  preferences: Preferences | undefined;
  chains: Map<string, ChainState>;
  held: Map<string, HeldText>;
  outbox: Map<string, OutboxEntry>;
  lastOrder: number;
  receipts: Map<string, OwedReceipt>;
  seen: Map<string, number>;
  ratchet: Map<string, Bytes>;
  roadMemory: Map<RoadName, Bytes>;
  files: Map<string, StoredFile>;
  /** By file and number. */
  chunks: Map<string, Bytes>;
}

/** A store in memory with the same promises as one on disk, and ways to break it. For tests only. */
export interface MemoryStore extends ClientStore {
  /** The machine stops now: this store answers nothing any more, and the new one holds the last commit. */
  crash(): MemoryStore;
  /** Called before a unit is applied; when it throws, nothing of the unit is. */
  beforeCommit: ((work: UnitOfWork) => void | Promise<void>) | undefined;
  /** Called when a unit has been applied and its caller does not know yet. */
  afterCommit: (() => void) | undefined;
  /** How many units were applied. */
  readonly commits: number;
}

const messageKey = (id: MessageId): string => `${id.author}.${id.device}.${id.sentAt}`;
const chainKey = (account: AccountKey, device: number, chain: number): string =>
  `${account}.${device}.${chain}`;
const heldKey = ({
  account,
  device,
  chain,
  counter,
}: Omit<HeldText, 'sentAt' | 'text' | 'road' | 'receivedAt'>) =>
  `${chainKey(account, device, chain)}.${counter}`;
const chunkKey = (file: string, chunk: number): string => `${file}/${chunk}`;
const rowKey = (table: RatchetTable, key: string): string => `${table}/${key}`;

function empty(): Committed {
  return {
    account: undefined,
    contacts: new Map(),
    messages: new Map(),
    lastSequence: 0,
    chats: new Map(),
    failed: new Map(),
    preferences: undefined,
    chains: new Map(),
    held: new Map(),
    outbox: new Map(),
    lastOrder: 0,
    receipts: new Map(),
    seen: new Map(),
    ratchet: new Map(),
    roadMemory: new Map(),
    files: new Map(),
    chunks: new Map(),
  };
}

function copy(data: Committed): Committed {
  return {
    ...data,
    contacts: new Map(data.contacts),
    messages: new Map(data.messages),
    chats: new Map(data.chats),
    failed: new Map(data.failed),
    chains: new Map(data.chains),
    held: new Map(data.held),
    outbox: new Map(data.outbox),
    receipts: new Map(data.receipts),
    seen: new Map(data.seen),
    ratchet: new Map(data.ratchet),
    roadMemory: new Map(data.roadMemory),
    files: new Map(data.files),
    chunks: new Map(data.chunks),
  };
}

/** An empty store. */
export function createMemoryStore(): MemoryStore {
  return storeOver(empty());
}

function storeOver(initial: Committed): MemoryStore {
  let data = initial;
  let state: 'open' | 'closed' | 'crashed' = 'open';
  let commits = 0;

  /** Every answer takes a turn of the event loop's microtasks, as an asynchronous store's would. */
  async function read<Value>(take: (from: Committed) => Value): Promise<Value> {
    await Promise.resolve();
    if (state !== 'open') throw new Error(`the store is ${state}`);
    return take(data);
  }

  const bySequence = (left: StoredMessage, right: StoredMessage) => left.sequence - right.sequence;

  const store: MemoryStore = {
    beforeCommit: undefined,
    afterCommit: undefined,
    get commits() {
      return commits;
    },
    ratchet: {
      get: (table, key) => read((from) => from.ratchet.get(rowKey(table, key))),
      keys: (table) =>
        read((from) =>
          [...from.ratchet.keys()]
            .filter((key) => key.startsWith(`${table}/`))
            .map((key) => key.slice(table.length + 1)),
        ),
    },
    account: () => read((from) => from.account),
    roadMemory: (road) => read((from) => from.roadMemory.get(road)),
    contact: (account) => read((from) => from.contacts.get(account)),
    contacts: () => read((from) => [...from.contacts.values()]),
    message: (id) => read((from) => from.messages.get(messageKey(id))),
    messages: (chat, page) =>
      read((from) =>
        [...from.messages.values()]
          .filter((message) => message.chat === chat && message.sequence < (page.before ?? Infinity))
          .sort((left, right) => bySequence(right, left))
          .slice(0, page.limit),
      ),
    messagesAfter: (chat, page) =>
      read((from) =>
        [...from.messages.values()]
          .filter((message) => message.chat === chat && message.sequence > page.after)
          .sort(bySequence)
          .slice(0, page.limit),
      ),
    chats: (page) => read((from) => chatsOf(from).slice(page.from, page.from + page.limit)),
    chat: (account) => read((from) => chatOf(from, account)),
    incomingTexts: (chat, { after, through, limit }) =>
      read((from) =>
        [...from.messages.values()]
          .filter((message) => isUnread(message, chat, after) && message.sequence <= through)
          .sort((left, right) => bySequence(right, left))
          .slice(0, limit)
          .map(({ id }) => id),
      ),
    searchMessages: ({ terms, chat, before = Infinity, limit }) =>
      read((from) =>
        [...from.messages.values()]
          .filter(
            (message) =>
              terms.length > 0 &&
              message.kind === 'text' &&
              message.sequence < before &&
              (chat === undefined || message.chat === chat) &&
              holdsAll(message.text, terms),
          )
          .sort((left, right) => bySequence(right, left))
          .slice(0, limit),
      ),
    file: (id) => read((from) => from.files.get(id)),
    filesOf: (message) =>
      read((from) =>
        [...from.files.values()]
          .filter((file) => file.message !== undefined && messageKey(file.message) === messageKey(message))
          .sort((left, right) => left.place - right.place),
      ),
    filesIn: (chat) =>
      read((from) => oldestFirst([...from.files.values()].filter((file) => file.chat === chat))),
    filesWith: (states) =>
      read((from) => oldestFirst([...from.files.values()].filter(({ state }) => states.includes(state)))),
    chunk: (file, chunk) => read((from) => from.chunks.get(chunkKey(file, chunk))),
    failedText: (message) => read((from) => from.failed.get(messageKey(message))),
    preferences: () => read((from) => from.preferences),
    incomingAfter: (sequence, limit) =>
      read((from) =>
        [...from.messages.values()]
          .filter((message) => message.direction === 'in' && message.sequence > sequence)
          .sort(bySequence)
          .slice(0, limit),
      ),
    chain: (account, device, chain) => read((from) => from.chains.get(chainKey(account, device, chain))),
    chains: (account) =>
      read((from) => [...from.chains.values()].filter((chain) => chain.account === account)),
    held: (account, device, chain) =>
      read((from) =>
        [...from.held.values()]
          .filter((held) => held.account === account && held.device === device && held.chain === chain)
          .sort((left, right) => left.counter - right.counter),
      ),
    countHeld: (account) =>
      read((from) => [...from.held.values()].filter((held) => held.account === account).length),
    openGaps: (time) =>
      read((from) =>
        [...from.chains.values()].filter(({ gapSince }) => gapSince !== undefined && gapSince <= time),
      ),
    outbox: () => read((from) => [...from.outbox.values()].sort((left, right) => left.order - right.order)),
    outboxEntry: (id) => read((from) => from.outbox.get(id)),
    lastOutboxOrder: () => read((from) => from.lastOrder),
    receiptsDue: (time) =>
      read((from) => [...from.receipts.values()].filter((receipt) => receipt.dueAt <= time)),
    nextReceiptDue: () =>
      read((from) => {
        const times = [...from.receipts.values()].map((receipt) => receipt.dueAt);
        return times.length === 0 ? undefined : Math.min(...times);
      }),
    hasSeen: (mark) => read((from) => from.seen.has(mark)),
    forgetSeen: (now) =>
      read((from) => {
        for (const [mark, forgetAfter] of from.seen) if (forgetAfter <= now) from.seen.delete(mark);
      }),
    async commit(work) {
      await store.beforeCommit?.(work);
      await Promise.resolve();
      if (state !== 'open') throw new Error(`the store is ${state}`);
      const next = copy(data);
      for (const change of work) apply(next, change);
      data = next;
      commits++;
      store.afterCommit?.();
      if (state !== 'open') throw new Error(`the store is ${state}`);
    },
    erase: () =>
      read(() => {
        data = empty();
      }),
    async close() {
      await Promise.resolve();
      if (state === 'open') state = 'closed';
    },
    crash() {
      state = 'crashed';
      return storeOver(copy(data));
    },
  };
  return store;
}

function apply(data: Committed, change: StoreChange): void {
  switch (change.kind) {
    case 'put-account':
      data.account = change.state;
      return;
    case 'put-contact':
      data.contacts.set(change.contact.account, change.contact);
      return;
    case 'delete-contact':
      data.contacts.delete(change.account);
      return;
    case 'put-message': {
      const key = messageKey(change.message.id);
      const sequence = data.messages.get(key)?.sequence ?? ++data.lastSequence;
      data.messages.set(key, { ...change.message, sequence });
      return;
    }
    case 'delete-message':
      data.messages.delete(messageKey(change.id));
      data.failed.delete(messageKey(change.id));
      return;
    case 'delete-chat-messages':
      clear(data, change.chat);
      data.chats.delete(change.chat);
      for (const [key, held] of data.held) if (held.account === change.chat) data.held.delete(key);
      return;
    case 'clear-chat':
      clear(data, change.chat);
      return;
    case 'put-read': {
      const { readThrough = 0, ...memo } = data.chats.get(change.chat) ?? {};
      data.chats.set(change.chat, { ...memo, readThrough: Math.max(readThrough, change.through) });
      return;
    }
    case 'put-draft': {
      const { draft: _, ...memo } = data.chats.get(change.chat) ?? {};
      data.chats.set(change.chat, change.text === '' ? memo : { ...memo, draft: change.text });
      return;
    }
    case 'put-preferences':
      data.preferences = change.preferences;
      return;
    case 'put-failed':
      data.failed.set(messageKey(change.failed.message), change.failed);
      return;
    case 'delete-failed':
      data.failed.delete(messageKey(change.message));
      return;
    case 'put-chain':
      data.chains.set(chainKey(change.chain.account, change.chain.device, change.chain.chain), change.chain);
      return;
    case 'put-held':
      data.held.set(heldKey(change.held), change.held);
      return;
    case 'delete-held':
      data.held.delete(heldKey(change));
      return;
    case 'put-outbox':
      data.outbox.set(change.entry.id, change.entry);
      data.lastOrder = Math.max(data.lastOrder, change.entry.order);
      return;
    case 'delete-outbox':
      data.outbox.delete(change.id);
      return;
    case 'put-file':
      data.files.set(change.file.id, change.file);
      return;
    case 'delete-file':
      dropChunks(data, change.id);
      data.files.delete(change.id);
      return;
    case 'put-chunk': {
      const key = chunkKey(change.file, change.chunk);
      if (data.files.has(change.file) && !data.chunks.has(key)) data.chunks.set(key, change.data);
      return;
    }
    case 'delete-chunks':
      dropChunks(data, change.file, change.except);
      return;
    case 'put-road-memory':
      data.roadMemory.set(change.road, change.bytes);
      return;
    case 'put-receipt':
      data.receipts.set(`${change.receipt.kind} ${messageKey(change.receipt.message)}`, change.receipt);
      return;
    case 'delete-receipt':
      data.receipts.delete(`${change.receipt} ${messageKey(change.message)}`);
      return;
    case 'put-seen':
      data.seen.set(change.mark, change.forgetAfter);
      return;
    case 'ratchet': {
      const key = rowKey(change.change.table, change.change.key);
      if (change.change.value === null) data.ratchet.delete(key);
      else data.ratchet.set(key, change.change.value);
      return;
    }
    default:
      throw new Error(`no such change: ${(change as { kind: string }).kind}`);
  }
}

function clear(data: Committed, chat: AccountKey): void {
  for (const [key, message] of data.messages) if (message.chat === chat) data.messages.delete(key);
  for (const [key, { to }] of data.failed) if (to === chat) data.failed.delete(key);
}

function dropChunks(data: Committed, file: string, except?: number): void {
  for (const key of data.chunks.keys()) {
    const isKept = except !== undefined && key === chunkKey(file, except);
    if (key.startsWith(`${file}/`) && !isKept) data.chunks.delete(key);
  }
}

function oldestFirst(files: readonly StoredFile[]): readonly StoredFile[] {
  return files.toSorted((left, right) => left.addedAt - right.addedAt || (left.id < right.id ? -1 : 1));
}
