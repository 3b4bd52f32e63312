import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Message, type StoreChange } from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import { formatNetwork, parseRelayUrl } from '@sotto/identity';
import { nodeNet } from '@sotto/net-node';
import { libsignalEngine, receiptCredentials } from '@sotto/ratchet-libsignal';
import { startRelay } from '@sotto/relay';
import { createProfileKey, openStore } from '@sotto/store-sqlite';
import { createRelayRoad } from '@sotto/transport-relay';
import { systemClock } from '../client-pair.ts';

export const PEER_NAME = 'Somebody who writes a lot';

/** A profile on disk with one long chat, and the relay that its account is at. Nobody owns the profile. */
export interface BigProfile {
  readonly profile: string;
  close(): Promise<void>;
}

const BATCH = 500;
const MINUTE_MS = 60_000;
const LINES = [
  'Yes.',
  'I have read it, and there is one thing that I would put differently.',
  'Shall we meet at the station, or directly at the lake? I can bring lunch for the two of us, bread and cheese.',
  'صباح الخير',
  'Das klingt gut, bis später!',
];

/**
 * Make an account at a relay of our own and write `count` messages of a contact straight into its store.
 * The client writes the same rows for each message that it sends or opens.
 */
export async function makeBigProfile(count: number): Promise<BigProfile> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-web-'));
  const relay = await startRelay({
    data: join(folder, 'relay'),
    listen: { host: '127.0.0.1', port: 0 },
    registration: 'open',
  });
  const network = formatNetwork({ relay: parseRelayUrl(relay.url) });
  const profile = join(folder, 'profile');
  const other = await makeAccount(join(folder, 'other'), network);
  await makeAccount(profile, network, async (commit, own, contact) => {
    await contact(other);
    for (let first = 0; first < count; first += BATCH) {
      const size = Math.min(BATCH, count - first);
      await commit(Array.from({ length: size }, (_, index) => lineOf(first + index, { own, other, count })));
    }
    await commit([{ kind: 'put-read', chat: other, through: Number.MAX_SAFE_INTEGER }]);
  });
  return {
    profile,
    close: async () => {
      await relay.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Fill = (
  commit: (work: readonly StoreChange[]) => Promise<void>,
  own: string,
  contact: (account: string) => Promise<void>,
) => Promise<void>;

async function makeAccount(folder: string, network: string, fill?: Fill): Promise<string> {
  const store = await openStore({ path: join(folder, 'store.db'), key: createProfileKey({ folder }) });
  const client = createClient({
    store,
    engine: libsignalEngine,
    makeRoads: ({ relay }) =>
      relay === undefined
        ? []
        : [
            createRelayRoad({
              relay,
              receipts: receiptCredentials,
              net: nodeNet(),
              clock: systemClock,
              random: randomBytes,
            }),
          ],
    clock: systemClock,
    random: randomBytes,
  });
  await client.start();
  const created = await client.createAccount({ name: 'bench', network });
  if (created.outcome !== 'created') throw new Error(`no account: ${created.outcome}`);
  await client.settled();
  const own = created.account.account;
  await fill?.(
    (work) => store.commit(work),
    own,
    async (account) => {
      await client.addContact(account, PEER_NAME);
    },
  );
  await client.close();
  await store.close();
  return own;
}

/** Turns of three lines each, a minute apart, up to now. */
function lineOf(
  index: number,
  { own, other, count }: { readonly own: string; readonly other: string; readonly count: number },
): StoreChange {
  const isOurs = Math.floor(index / 3) % 2 === 0;
  const sentAt = Date.now() - (count - index) * MINUTE_MS + index;
  const message: Message = {
    id: { author: isOurs ? own : other, device: 1, sentAt },
    chat: other,
    direction: isOurs ? 'out' : 'in',
    kind: 'text',
    text: `${index}: ${LINES[index % LINES.length]}`,
    state: isOurs ? 'delivered' : 'received',
    road: 'relay',
    ...(isOurs ? {} : { receivedAt: sentAt }),
    request: false,
  };
  return { kind: 'put-message', message };
}
