import { type Bytes, equalBytes } from '@sotto/bytes';
import { parseAccountId } from '@sotto/identity';
import type { Core } from '../core/core.ts';
import type { Road, RoadName } from '../ports/road.ts';
import { isListed } from './standing.ts';

/**
 * A swarm takes whatever the account key signs, so that a device which was replaced meanwhile would put its
 * own record over that of the one which took over.
 */
async function mayPublish(core: Core, record: Bytes): Promise<boolean> {
  if ((await core.ownLook.ask()) !== 'seen') return false;
  const own = await core.store.account();
  return own !== undefined && isListed(core, own) && equalBytes(own.record, record);
}

/** Publishes the own record wherever it is missing. */
export interface RecordPublisher {
  /** False when a road has to be tried again. */
  publish(roads: readonly Road[]): Promise<boolean>;
  /** This road shows something else: it is not done. */
  doubt(road: RoadName): void;
}

/**
 * Each road by itself: one that is out of reach keeps the record from no other, and one that has it is not
 * asked again. It counts as published when every road has it.
 */
export function createRecordPublisher(core: Core): RecordPublisher {
  const done = new Map<RoadName, Bytes>();

  async function publishOn(road: Road, account: string, record: Bytes): Promise<boolean> {
    const before = done.get(road.name);
    if (before !== undefined && equalBytes(before, record)) return true;
    if (road.name === 'onion' && !(await mayPublish(core, record))) return false;
    return core.publishing.run(async () => {
      const published = await road.publishRecord(parseAccountId(account), record);
      if (published.outcome === 'published') done.set(road.name, record);
      else core.log('record-not-published', { road: road.name, outcome: published.outcome });
      return published.outcome === 'published';
    });
  }

  return {
    doubt: (road) => {
      done.delete(road);
    },
    async publish(roads) {
      const own = await core.store.account();
      if (own === undefined || !own.recordPending) return true;
      const { account, record } = own;
      const all = await Promise.all(roads.map((road) => publishOn(road, account, record)));
      if (!all.every((published) => published)) return false;
      await core.unit(async (work) => {
        const state = await core.store.account();
        if (state === undefined || !equalBytes(state.record, record)) return;
        work.change({ kind: 'put-account', state: { ...state, recordPending: false } });
        work.after(() => {
          core.signals.recordPublished();
          return undefined;
        });
      });
      return true;
    },
  };
}
