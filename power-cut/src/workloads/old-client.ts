import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createProfileKey, unlockProfileKey } from '@sotto/store-sqlite';
import { makeOldStore } from '@sotto/store-sqlite/testing';
import { readTree, writeTree } from '../disk/trees.ts';
import { scratchRoot } from '../scratch-root.ts';
import { clientFacts, openProfile, profileDatabases, profileIn } from './client-profile.ts';
import { ensure, type Facts, type Workload } from './workload.ts';

/** A client's store of an earlier version that is brought forward by the first start of this one. */
export const oldClientWorkload: Workload = {
  name: 'old-client',
  lives: 2,
  live: async ({ folder, number, operations, step }) => {
    if (number === 0) {
      await step(
        () => makeIn(folder, operations),
        () => factsForward(folder),
      );
    }
    const store = await openProfile(folder, 60_000);
    const facts = (): Promise<Facts> => clientFacts(store);
    await step(() => undefined, facts);
    await step(
      () => store.commit([{ kind: 'put-draft', chat: CONTACTS[0], text: `of life ${number}` }]),
      facts,
    );
    if (number === oldClientWorkload.lives - 1) await store.close();
  },
  revive: async (folder) => {
    const store = await openProfile(folder, 60_000);
    return {
      facts: await clientFacts(store),
      goOn: async () => {
        await store.commit([{ kind: 'put-seen', mark: 'one more', forgetAfter: 9 }]);
        ensure(await store.hasSeen('one more'), 'one more commit is there');
      },
      close: () => store.close(),
    };
  },
  databases: profileDatabases,
};

/** Two of those that `everything` reads. */
const CONTACTS = [`05${'a'.repeat(64)}`, `05${'b'.repeat(64)}`] as const;

function makeIn(folder: string, texts: number): void {
  const profile = profileIn(folder);
  createProfileKey({ folder: profile });
  const key = unlockProfileKey({ folder: profile });
  makeOldStore({ path: join(profile, 'store.db'), key, contacts: CONTACTS, texts });
}

/** What a copy shows when it is brought forward: the old store itself cannot be read by this version. */
async function factsForward(folder: string): Promise<Facts> {
  const copy = mkdtempSync(join(scratchRoot(), 'sotto-forward-'));
  try {
    writeTree(copy, readTree(folder));
    ensure(existsSync(join(profileIn(copy), 'store.db')), 'there is an old store');
    const store = await openProfile(copy, 60_000);
    const facts = await clientFacts(store);
    await store.close();
    return facts;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
