import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProfileKey } from '@sotto/store-sqlite';
import type { Amount } from '../amount.ts';
import type { Findings } from '../figures/figure.ts';
import { compareSearches, QUERIES } from './compare-searches.ts';
import { fillStore, openClient, type Profile } from './fill-store.ts';
import { seeded } from './random-texts.ts';
import { openRawSearch } from './raw-search.ts';

/** A million takes longer to write than a suite may last. */
const [SOME, MANY] = [100_000, 1_000_000] as const;
const SEED = 20_261;

/** The client's search for the newest texts beside the index of the same database, asked without a client. */
export async function searchSuite({ pairs, full }: Amount): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-search-'));
  const count = full ? MANY : SOME;
  try {
    const profile: Profile = { path: join(folder, 'store.db'), key: createProfileKey({ folder }) };
    const random = seeded(SEED);
    const chats = await fillStore(profile, count, random);
    const raw = openRawSearch(profile.path, profile.key);
    const { client, close } = await openClient(profile);
    try {
      const figures = await compareSearches({ client, raw, chats }, pairs, random);
      const note = `search: ${count.toLocaleString('en')} texts in ${chats.length} chats, ${QUERIES} searches a run`;
      return { figures, notes: [note] };
    } finally {
      raw.close();
      await close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
