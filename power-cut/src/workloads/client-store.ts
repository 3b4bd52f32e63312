import type { ClientStore, StoreChange } from '@sotto/client';
import { anyChange } from '@sotto/client/testing';
import type { SeededRandom } from '@sotto/testkit';
import fc from 'fast-check';
import { clientFacts, openProfile, profileDatabases } from './client-profile.ts';
import { ensure, type Facts, type Workload } from './workload.ts';

/** The client's encrypted store: units of work of every kind of change, erasure, and its key. */
export const clientWorkload: Workload = {
  name: 'client',
  lives: 2,
  live: async ({ folder, random, number, operations, step }) => {
    // In the first life only SQLite empties its log, at its thousand pages; later the store does, all the time.
    const open = (): Promise<ClientStore> => openProfile(folder, number === 0 ? 60_000 : 20);
    let store = await open();
    const facts = (): Promise<Facts> => clientFacts(store);
    await step(() => undefined, facts);
    for (let count = 0; count < operations; count++) {
      const kind = random.integer(40);
      if (kind === 0) {
        await step(async () => {
          await store.close();
          store = await open();
        }, facts);
      } else if (kind === 1) await step(() => store.forgetSeen(random.integer(7)), facts);
      else if (kind === 2 && random.chance(0.3)) await step(() => store.erase(), facts);
      else {
        const work = newWork(random);
        await step(() => store.commit(work), facts);
      }
    }
    if (number === clientWorkload.lives - 1) await store.close();
  },
  revive: async (folder) => {
    const store = await openProfile(folder, 60_000);
    return {
      facts: await clientFacts(store),
      goOn: async () => {
        await store.commit([
          { kind: 'put-seen', mark: 'one more', forgetAfter: 9 },
          longText(1_000_000, 'one more'),
        ]);
        ensure(await store.hasSeen('one more'), 'one more commit is there');
      },
      close: () => store.close(),
    };
  },
  databases: profileDatabases,
};

function newWork(random: SeededRandom): readonly StoreChange[] {
  const changes = fc.sample(anyChange, { seed: random.integer(2 ** 31), numRuns: 1 + random.integer(4) });
  // Now and then one that fills pages, so that the log grows to where SQLite empties it by itself.
  return random.chance(0.3)
    ? [...changes, longText(random.integer(7), `${'word '.repeat(random.integer(4000))}end`)]
    : changes;
}

const CHAT = `05${'a'.repeat(64)}`;

function longText(sentAt: number, text: string): StoreChange {
  const id = { author: CHAT, device: 1, sentAt };
  return {
    kind: 'put-message',
    message: { id, chat: CHAT, direction: 'in', kind: 'text', text, state: 'received', request: false },
  };
}
