import type { Secret } from '@sotto/bytes';
import type { ClientStore, UnitOfWork } from '@sotto/client';
import { applyChange } from './apply-change.ts';
import { migrate } from './migrate.ts';
import { renewWords } from './renew-words.ts';
import { createRowMemory } from './row-memory.ts';
import { Sqlite } from './sqlite.ts';
import { readChain, readChains, readOpenGaps } from './tables/chain.ts';
import { readChat, readChats, readIncomingTexts } from './tables/chat.ts';
import { readContacts } from './tables/contact.ts';
import { readFailed } from './tables/failed-text.ts';
import { readChunk, readFile, readFilesIn, readFilesOf, readFilesWith } from './tables/file.ts';
import { countHeld, readHeld } from './tables/held.ts';
import { readIncomingAfter, readMessage, readMessages, readMessagesAfter } from './tables/message.ts';
import { readLastOutboxOrder, readOutbox, readOutboxEntry } from './tables/outbox.ts';
import { readPreferences } from './tables/preferences.ts';
import { readRatchet, readRatchetKeys } from './tables/ratchet.ts';
import { readNextReceiptDue, readReceiptsDue } from './tables/receipt.ts';
import { readRoadMemory } from './tables/road-memory.ts';
import { forgetAllTexts, searchMessages } from './tables/search.ts';
import { forgetSeen, hasSeen } from './tables/seen.ts';

export interface OpenStoreRequest {
  /** The database file; its folder is made when missing. */
  readonly path: string;
  /** 32 bytes from `profile-key`. */
  readonly key: Secret;
  /**
   * Milliseconds after a write until the write-ahead log is emptied. What was deleted is gone from
   * the disk then. Default 30 s: half of the minute in which deleted text must be gone.
   */
  readonly residue?: number;
}

const RESIDUE = 30_000;

/** Every table that holds something about the account, the referring ones first. */
const TABLES = [
  'account',
  'credential',
  'contact_mailbox',
  'contact',
  'road_memory',
  'message',
  'chat',
  'failed_text',
  'preferences',
  'file_chunk',
  'file',
  'chain_ahead',
  'chain',
  'held',
  'outbox_encrypted',
  'outbox',
  'outbox_order',
  'receipt',
  'seen',
  'ratchet',
  'sqlite_sequence',
];

/**
 * Open the encrypted store of one profile, creating or migrating it. This process owns it until
 * `close`; a second one gets StoreError `in-use`. Methods throw only StoreError.
 */
export async function openStore({ path, key, residue = RESIDUE }: OpenStoreRequest): Promise<ClientStore> {
  const sqlite = Sqlite.open(path, key);
  try {
    migrate(sqlite);
    renewWords(sqlite);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  let emptying: NodeJS.Timeout | undefined;

  const emptyLogSoon = (): void => {
    emptying ??= setTimeout(emptyLog, residue).unref();
  };
  const emptyLog = (): void => {
    emptying = undefined;
    if (!sqlite.emptyLog()) emptyLogSoon();
  };
  // A process that was killed has left its log behind, with text in it that had been deleted.
  emptyLog();
  const rows = createRowMemory(sqlite);
  const commit = async (work: UnitOfWork): Promise<void> => {
    rows.forget(work);
    sqlite.transaction(() => {
      for (const change of work) applyChange(sqlite, change);
    });
    emptyLogSoon();
  };

  return {
    ratchet: {
      get: async (table, name) => readRatchet(sqlite, table, name),
      keys: async (table) => readRatchetKeys(sqlite, table),
    },
    account: async () => rows.account(),
    roadMemory: async (road) => readRoadMemory(sqlite, road),
    contact: async (account) => rows.contact(account),
    contacts: async () => readContacts(sqlite),
    message: async (id) => readMessage(sqlite, id),
    messages: async (chat, page) => readMessages(sqlite, chat, page),
    messagesAfter: async (chat, page) => readMessagesAfter(sqlite, chat, page),
    chats: async (page) => readChats(sqlite, page),
    chat: async (account) => readChat(sqlite, account),
    incomingTexts: async (chat, range) => readIncomingTexts(sqlite, chat, range),
    searchMessages: async (request) => searchMessages(sqlite, request),
    file: async (id) => readFile(sqlite, id),
    filesOf: async (message) => readFilesOf(sqlite, message),
    filesIn: async (chat) => readFilesIn(sqlite, chat),
    filesWith: async (states) => readFilesWith(sqlite, states),
    chunk: async (file, chunk) => readChunk(sqlite, file, chunk),
    failedText: async (message) => readFailed(sqlite, message),
    preferences: async () => readPreferences(sqlite),
    incomingAfter: async (sequence, limit) => readIncomingAfter(sqlite, sequence, limit),
    chain: async (account, device, chain) => readChain(sqlite, account, device, chain),
    chains: async (account) => readChains(sqlite, account),
    held: async (account, device, chain) => readHeld(sqlite, account, device, chain),
    countHeld: async (account) => countHeld(sqlite, account),
    openGaps: async (time) => readOpenGaps(sqlite, time),
    outbox: async () => readOutbox(sqlite),
    outboxEntry: async (id) => readOutboxEntry(sqlite, id),
    lastOutboxOrder: async () => readLastOutboxOrder(sqlite),
    receiptsDue: async (time) => readReceiptsDue(sqlite, time),
    nextReceiptDue: async () => readNextReceiptDue(sqlite),
    hasSeen: async (mark) => hasSeen(sqlite, mark),
    forgetSeen: async (now) => {
      sqlite.transaction(() => forgetSeen(sqlite, now));
      emptyLogSoon();
    },
    commit,
    erase: async () => {
      rows.forgetAll();
      sqlite.transaction(() => {
        for (const table of TABLES) sqlite.run(`DELETE FROM ${table}`);
        forgetAllTexts(sqlite);
      });
      sqlite.checkpoint();
    },
    close: async () => {
      clearTimeout(emptying);
      rows.forgetAll();
      sqlite.close();
    },
  };
}
