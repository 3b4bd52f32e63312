import { FILE_LANES, MAX_TRANSFERS } from '../constants.ts';
import { type Alarm, createAlarm } from '../core/alarm.ts';
import type { Core } from '../core/core.ts';
import { busyPause } from '../outbox/back-off.ts';
import type { ChunkRoad } from '../ports/road.ts';
import type { StoredFile } from '../ports/store.ts';
import type { ChunkEnd } from './carry-chunks.ts';
import { downloadFile } from './download-file.ts';
import { failFile, finishDownload, finishUpload, noteWaiting } from './finish-file.ts';
import { createLanes } from './lanes.ts';
import { removeShards } from './remove-shards.ts';
import { uploadFile } from './upload-file.ts';
import { wantSmallFiles } from './want-small-files.ts';

/** Carries files both ways: a few at a time, each in several chunks at once, whatever the outbox does. */
export interface Transfers {
  /** There may be something to carry. */
  look(): void;
  /** The road is up again: pauses are over. */
  wake(): void;
  /** Resolves when nothing is under way any more; a chunk that is, ends with its road. */
  stop(): Promise<void>;
}

interface Pause {
  readonly failures: number;
  /** Milliseconds. */
  readonly until: number;
}

export function createTransfers(core: Core): Transfers {
  const lanes = createLanes(FILE_LANES);
  const running = new Map<string, Promise<void>>();
  const pauses = new Map<string, Pause>();
  let stopped = false;
  const alarm: Alarm = createAlarm(core, 'transfers', begin);

  /** Begin what is due. Milliseconds until something else is. */
  async function begin(): Promise<number | undefined> {
    await wantSmallFiles(core);
    const road = openRoad();
    if (road === undefined) return undefined;
    const files = await core.store.filesWith(['waiting', 'wanted', 'unwanted']);
    const known = new Set(files.map(({ id }) => id));
    for (const id of pauses.keys()) if (!known.has(id)) pauses.delete(id);
    const now = core.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const file of files) {
      const { until } = pauses.get(file.id) ?? { until: 0 };
      if (running.has(file.id)) continue;
      if (until > now) next = Math.min(next, until - now);
      else if (running.size < MAX_TRANSFERS && !stopped) run(file, road);
    }
    return Number.isFinite(next) ? next : undefined;
  }

  function openRoad(): ChunkRoad | undefined {
    const onion = core.roads.get('onion');
    return core.roads.statusOf('onion')?.state === 'up' ? onion?.chunks : undefined;
  }

  function run(file: StoredFile, road: ChunkRoad): void {
    const job = carry(file, road)
      .then((end) => settle(file, end))
      .catch((error: unknown) => {
        core.log('transfer-failed', { name: error instanceof Error ? error.name : 'unknown' });
        rest(file.id, 0);
      })
      .then(() => {
        running.delete(file.id);
        alarm.look();
      });
    running.set(file.id, job);
  }

  function carry(file: StoredFile, road: ChunkRoad): Promise<ChunkEnd> {
    const ways = { road, lanes, isOver: () => stopped };
    if (file.state === 'waiting') return uploadFile(core, file, ways);
    return file.state === 'wanted' ? downloadFile(core, file, ways) : removeShards(core, file, road);
  }

  async function settle({ id, state }: StoredFile, end: ChunkEnd): Promise<void> {
    switch (end.outcome) {
      case 'done':
        pauses.delete(id);
        if (state === 'waiting') await finishUpload(core, id);
        if (state === 'wanted') await finishDownload(core, id);
        return;
      case 'failed':
        pauses.delete(id);
        return failFile(core, id, end.problem);
      case 'later':
        rest(id, end.retryAfter);
        // Once is nothing to speak of.
        if ((pauses.get(id)?.failures ?? 0) > 1) await noteWaiting(core, id, 'file-waits');
        return;
      case 'stop':
        return;
    }
  }

  function rest(id: string, retryAfter: number): void {
    const failures = (pauses.get(id)?.failures ?? 0) + 1;
    pauses.set(id, { failures, until: core.clock.now() + busyPause(retryAfter, failures, core.random) });
  }

  return {
    look: () => alarm.look(),
    wake() {
      for (const [id, pause] of pauses) pauses.set(id, { ...pause, until: 0 });
      alarm.look();
    },
    async stop() {
      stopped = true;
      await alarm.stop();
      await Promise.all(running.values());
    },
  };
}
