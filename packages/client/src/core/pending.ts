import type { RatchetTable } from '@sotto/ratchet';
import type { ClientStore, MessageId, StoreChange } from '../ports/store.ts';

/** Changes that have been decided and are not on disk yet, and the store as it is with them. */
export interface Pending {
  /**
   * For those who decide what comes next, and for nobody else: what it shows may yet be lost. A list that a
   * pending change may belong to is read after `settle`.
   */
  readonly view: ClientStore;
  add(changes: readonly StoreChange[]): void;
  /** Write all of them in order, each row's last state once. None is left, and when it rejects all are lost. */
  commit(): Promise<void>;
}

/** @param settle calls `commit` and does what has to follow. */
export function createPending(store: ClientStore, settle: () => Promise<void>): Pending {
  /** Undefined where a later one of the same row has taken its place. */
  let changes: (StoreChange | undefined)[] = [];
  const places = new Map<string, number>();
  let lastOrder = 0;
  /** Of whole chats; no row says so. */
  let sweeps = false;

  function add(change: StoreChange): void {
    const row = rowOf(change);
    const before = row === undefined ? undefined : places.get(row);
    if (before !== undefined && replaces(change, changes[before])) changes[before] = undefined;
    if (row !== undefined) places.set(row, changes.length);
    if (change.kind === 'put-outbox') lastOrder = Math.max(lastOrder, change.entry.order);
    if (change.kind === 'delete-chat-messages' || change.kind === 'clear-chat') sweeps = true;
    changes.push(change);
  }

  function last(row: string): StoreChange | undefined {
    const place = places.get(row);
    return place === undefined ? undefined : changes[place];
  }

  let settling: Promise<void> | undefined;
  const settled = async (): Promise<ClientStore> => {
    if (changes.length === 0) return store;
    settling ??= settle().finally(() => {
      settling = undefined;
    });
    await settling;
    return store;
  };

  const view: ClientStore = {
    ratchet: {
      async get(table, key) {
        const change = last(ratchetRow(table, key));
        return change?.kind === 'ratchet'
          ? (change.change.value ?? undefined)
          : store.ratchet.get(table, key);
      },
      keys: async (table) => (await settled()).ratchet.keys(table),
    },
    async account() {
      const change = last(ACCOUNT);
      return change?.kind === 'put-account' ? change.state : store.account();
    },
    async contact(account) {
      const change = last(contactRow(account));
      if (change?.kind === 'delete-contact') return undefined;
      return change?.kind === 'put-contact' ? change.contact : store.contact(account);
    },
    // A new message gets its place among the others when it is committed.
    message: async (id) =>
      (sweeps || last(messageRow(id)) !== undefined ? await settled() : store).message(id),
    async chain(account, device, chain) {
      const change = last(chainRow({ account, device, chain }));
      return change?.kind === 'put-chain' ? change.chain : store.chain(account, device, chain);
    },
    async outboxEntry(id) {
      const change = last(outboxRow(id));
      if (change?.kind === 'delete-outbox') return undefined;
      return change?.kind === 'put-outbox' ? change.entry : store.outboxEntry(id);
    },
    lastOutboxOrder: async () => Math.max(lastOrder, await store.lastOutboxOrder()),
    hasSeen: async (mark) => last(seenRow(mark)) !== undefined || store.hasSeen(mark),
    held: async (account, device, chain) => (await settled()).held(account, device, chain),
    roadMemory: async (road) => (await settled()).roadMemory(road),
    contacts: async () => (await settled()).contacts(),
    messages: async (chat, page) => (await settled()).messages(chat, page),
    messagesAfter: async (chat, page) => (await settled()).messagesAfter(chat, page),
    chats: async (page) => (await settled()).chats(page),
    chat: async (account) => (await settled()).chat(account),
    incomingTexts: async (chat, range) => (await settled()).incomingTexts(chat, range),
    searchMessages: async (request) => (await settled()).searchMessages(request),
    file: async (id) => (await settled()).file(id),
    filesOf: async (message) => (await settled()).filesOf(message),
    filesIn: async (chat) => (await settled()).filesIn(chat),
    filesWith: async (states) => (await settled()).filesWith(states),
    chunk: async (file, chunk) => (await settled()).chunk(file, chunk),
    failedText: async (message) => (await settled()).failedText(message),
    preferences: async () => (await settled()).preferences(),
    incomingAfter: async (sequence, limit) => (await settled()).incomingAfter(sequence, limit),
    chains: async (account) => (await settled()).chains(account),
    countHeld: async (account) => (await settled()).countHeld(account),
    openGaps: async (time) => (await settled()).openGaps(time),
    outbox: async () => (await settled()).outbox(),
    receiptsDue: async (time) => (await settled()).receiptsDue(time),
    nextReceiptDue: async () => (await settled()).nextReceiptDue(),
    forgetSeen: async (now) => (await settled()).forgetSeen(now),
    commit: async (work) => (await settled()).commit(work),
    erase: async () => (await settled()).erase(),
    close: async () => (await settled()).close(),
  };

  return {
    view,
    add: (more) => {
      for (const change of more) add(change);
    },
    async commit() {
      if (changes.length === 0) return;
      try {
        await store.commit(changes.filter((change) => change !== undefined));
      } finally {
        // Not before: what is being written is still to be seen.
        changes = [];
        places.clear();
        lastOrder = 0;
        sweeps = false;
      }
    },
  };
}

/** Does it say all there is to know of the same row, and does no other row depend on what it was before? */
function replaces(change: StoreChange, before: StoreChange | undefined): boolean {
  // The highest order ever given out is remembered.
  if (change.kind === 'put-outbox') {
    return before?.kind === change.kind && before.entry.order <= change.entry.order;
  }
  return before?.kind === change.kind && WHOLE.has(change.kind);
}

const WHOLE: ReadonlySet<StoreChange['kind']> = new Set([
  'put-account',
  'put-contact',
  'put-chain',
  'ratchet',
]);

const ACCOUNT = 'account';
const contactRow = (account: string): string => `contact ${account}`;
const messageRow = ({ author, device, sentAt }: MessageId): string => `message ${author} ${device} ${sentAt}`;
const outboxRow = (id: string): string => `outbox ${id}`;
const seenRow = (mark: string): string => `seen ${mark}`;
const ratchetRow = (table: RatchetTable, key: string): string => `ratchet ${table} ${key}`;
const chainRow = (of: { account: string; device: number; chain: number }): string =>
  `chain ${of.account} ${of.device} ${of.chain}`;

/** The row that a change writes, where rows are read one by one. */
function rowOf(change: StoreChange): string | undefined {
  switch (change.kind) {
    case 'put-account':
      return ACCOUNT;
    case 'put-contact':
      return contactRow(change.contact.account);
    case 'delete-contact':
      return contactRow(change.account);
    case 'put-message':
      return messageRow(change.message.id);
    case 'delete-message':
      return messageRow(change.id);
    case 'put-chain':
      return chainRow(change.chain);
    case 'put-outbox':
      return outboxRow(change.entry.id);
    case 'delete-outbox':
      return outboxRow(change.id);
    case 'put-seen':
      return seenRow(change.mark);
    case 'ratchet':
      return ratchetRow(change.change.table, change.change.key);
    default:
      return undefined;
  }
}
