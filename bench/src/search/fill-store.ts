import type { Secret } from '@sotto/bytes';
import { type Client, type ClientStore, createClient, type StoreChange } from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import { createSeed, deriveAccount, formatAccountId, formatNetwork } from '@sotto/identity';
import { libsignalEngine } from '@sotto/ratchet-libsignal';
import { openStore } from '@sotto/store-sqlite';
import { systemClock } from '../client-pair.ts';
import { createLoopback } from '../loopback-road.ts';
import { textOfWords } from './random-texts.ts';

const BATCH = 1_000;
const CHATS = 40;

export interface Profile {
  readonly path: string;
  readonly key: Secret;
}

export interface OpenClient {
  readonly client: Client;
  readonly store: ClientStore;
  close(): Promise<void>;
}

/** The client of a profile, over a road that leads nowhere. */
export async function openClient({ path, key }: Profile): Promise<OpenClient> {
  const store = await openStore({ path, key });
  const makeRoad = createLoopback();
  const makeRoads = () => [makeRoad()];
  const client = createClient({
    store,
    engine: libsignalEngine,
    makeRoads,
    clock: systemClock,
    random: randomBytes,
  });
  await client.start();
  const close = async (): Promise<void> => {
    await client.close();
    await store.close();
  };
  return { client, store, close };
}

/**
 * Make an account and write so many texts of a few chats straight into its store, the same rows as of messages that a
 * client opens. Resolves with the chats.
 */
export async function fillStore(
  profile: Profile,
  count: number,
  random: () => number,
): Promise<readonly string[]> {
  const { client, store, close } = await openClient(profile);
  const network = formatNetwork({ relay: { url: 'https://relay.example' } });
  const created = await client.createAccount({ name: 'bench', network });
  if (created.outcome !== 'created') throw new Error(`no account: ${created.outcome}`);
  await client.settled();
  const chats = Array.from({ length: CHATS }, () =>
    formatAccountId(deriveAccount(createSeed(randomBytes)).account),
  );
  const began = Date.now() - count;
  for (let first = 0; first < count; first += BATCH) {
    const length = Math.min(BATCH, count - first);
    await store.commit(
      Array.from({ length }, (_, index) => {
        const chat = chats[Math.floor(random() * CHATS)] ?? '';
        return messageIn(chat, began + first + index, textOfWords(random));
      }),
    );
  }
  await close();
  return chats;
}

function messageIn(chat: string, sentAt: number, text: string): StoreChange {
  return {
    kind: 'put-message',
    message: {
      id: { author: chat, device: 1, sentAt },
      chat,
      direction: 'in',
      kind: 'text',
      text,
      state: 'received',
      road: 'relay',
      receivedAt: sentAt,
      request: false,
    },
  };
}
