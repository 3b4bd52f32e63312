import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore, rows, type Work } from '@sotto/database';
import { expect, it } from 'vitest';
import { forgetLinkTokens } from './link-tokens.ts';
import { forgetSpent } from './once.ts';
import { forgetParcels } from './parcels.ts';
import { RELAY_MIGRATIONS } from './schema.ts';
import { SeenRequests } from './seen-requests.ts';
import { forgetUsernames } from './usernames.ts';
import { forgetVerifications } from './verifications.ts';

it('finds what is over by an index, in every table', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-forget-'));
  const store = openSqliteStore({ path: join(folder, 'relay.db'), migrations: RELAY_MIGRATIONS });
  const plans: string[] = [];
  const explain = async (work: () => Work<unknown>): Promise<number> => {
    const steps = work();
    for (let next = steps.next(); next.done !== true; next = steps.next([])) {
      if (!('sql' in next.value)) continue;
      const { sql, values } = next.value;
      const plan = await store.read(() => rows(`EXPLAIN QUERY PLAN ${sql}`, values));
      plans.push(...plan.map(({ detail }) => String(detail)));
    }
    return 0;
  };
  try {
    await explain(() => forgetSpent(1, 1));
    for (const forget of [forgetUsernames, forgetVerifications, forgetLinkTokens, forgetParcels]) {
      await explain(() => forget(1));
    }
    await new SeenRequests({ write: explain as typeof store.write, read: store.read.bind(store) }).forget(1);
    expect(plans.filter((plan) => /INDEX \w+_(by_end|without_name)/.test(plan))).toHaveLength(9);
    expect(plans.filter((plan) => plan.startsWith('SCAN') && !plan.includes('INDEX'))).toEqual([]);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});
