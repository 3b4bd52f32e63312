import type { RatchetTable } from '@sotto/ratchet';
import type { ClientStore, SearchTerm } from '../ports/store.ts';
import { CHATS, FILES, IDS } from './store-arbitraries.ts';

/** Chains that arbitrary changes speak of. */
const HELD = [1, 2].flatMap((device) => [55, 56].map((chain) => [device, chain] as const));

const SEARCHES: readonly (readonly SearchTerm[])[] = [
  [],
  [['ba']],
  [['x', 'y'], ['bar']],
  [['京']],
  [['سلام'], ['東']],
];

/** All that can be read, in a form that two stores can be compared by. */
export async function everything(store: ClientStore): Promise<unknown> {
  const sorted = (rows: readonly unknown[]) => [...rows].map((row) => JSON.stringify(plain(row))).sort();
  const tables: RatchetTable[] = ['session', 'pre-key', 'signed-pre-key', 'kyber-pre-key', 'first-message'];
  const ratchet: unknown[] = [];
  for (const table of tables) {
    for (const key of await store.ratchet.keys(table)) {
      ratchet.push([table, key, await store.ratchet.get(table, key)]);
    }
  }
  const chats = await Promise.all(CHATS.map((chat) => store.messages(chat, { limit: 100 })));
  return {
    account: plain(await store.account()),
    contacts: sorted(await store.contacts()),
    messages: plain(chats),
    chats: plain(await store.chats({ from: 0, limit: 100 })),
    secondChat: plain(await store.chats({ from: 1, limit: 1 })),
    eachChat: plain(await Promise.all(CHATS.map((chat) => store.chat(chat)))),
    after: plain(await Promise.all(CHATS.map((chat) => store.messagesAfter(chat, { limit: 2, after: 3 })))),
    texts: plain(
      await Promise.all(CHATS.map((chat) => store.incomingTexts(chat, { after: 2, through: 8, limit: 3 }))),
    ),
    found: plain(
      await Promise.all(
        SEARCHES.flatMap((terms) => [
          store.searchMessages({ terms, limit: 100 }),
          store.searchMessages({ terms, limit: 2, chat: CHATS[0], before: 9 }),
        ]),
      ),
    ),
    files: plain(await Promise.all(FILES.map((id) => store.file(id)))),
    filesOf: plain(await Promise.all(IDS.map((id) => store.filesOf(id)))),
    filesIn: plain(await Promise.all(CHATS.map((chat) => store.filesIn(chat)))),
    filesWith: plain(
      await Promise.all([
        store.filesWith([]),
        store.filesWith(['waiting', 'wanted']),
        store.filesWith(['kept']),
      ]),
    ),
    chunks: plain(
      await Promise.all(FILES.flatMap((file) => [0, 1, 2].map((chunk) => store.chunk(file, chunk)))),
    ),
    failed: plain(await Promise.all(IDS.map((id) => store.failedText(id)))),
    preferences: plain(await store.preferences()),
    incoming: plain(await store.incomingAfter(0, 100)),
    chains: await Promise.all(CHATS.map(async (chat) => sorted(await store.chains(chat)))),
    held: plain(
      await Promise.all(
        CHATS.flatMap((chat) => HELD.map(([device, chain]) => store.held(chat, device, chain))),
      ),
    ),
    countHeld: await Promise.all(CHATS.map((chat) => store.countHeld(chat))),
    gaps: sorted(await store.openGaps(Number.MAX_SAFE_INTEGER)),
    outbox: plain(await store.outbox()),
    lastOrder: await store.lastOutboxOrder(),
    receipts: sorted(await store.receiptsDue(Number.MAX_SAFE_INTEGER)),
    nextReceipt: await store.nextReceiptDue(),
    seen: [await store.hasSeen('m'), await store.hasSeen('n')],
    roadMemory: plain([await store.roadMemory('relay'), await store.roadMemory('onion')]),
    ratchet: sorted(ratchet),
  };
}

/** The same value with object members in one order and bytes as lists of numbers. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => [key, plain(member)]),
  );
}
