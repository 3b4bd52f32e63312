import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom } from '@sotto/testkit';
import { checkHistory } from '../history/check-history.ts';
import type { Entry } from '../history/entry.ts';
import { HistoryLog } from '../history/history-log.ts';
import type { Plan } from '../plan/types.ts';
import { bringHome } from '../run/bring-home.ts';
import type { RunResult } from '../run/run-plan.ts';
import { createWorld } from '../world/world.ts';
import { crashOnce } from './crash-once.ts';
import { type CrashCase, READERS, WRITER } from './crash-plan.ts';

const PLAN: Omit<Plan, 'seed' | 'swarms'> = {
  people: 3,
  chats: [
    { people: [WRITER, READERS.relay], road: 'relay' },
    { people: [WRITER, READERS.onion], road: 'onion' },
  ],
  lasts: 0,
  pause: 0,
  faults: [],
};

/** One world; in it every given stop kills its process once, and in the end nothing may be wrong. */
export async function runCrashPoints(
  cases: readonly CrashCase[],
  options: {
    readonly seed: number;
    readonly swarms?: readonly number[];
    readonly tell?: (words: string) => void;
    readonly onEntry?: (entries: readonly Entry[]) => void;
  },
): Promise<RunResult> {
  const { seed, swarms = [3, 3, 3], tell = () => undefined } = options;
  const plan = { ...PLAN, seed, swarms };
  const dir = await mkdtemp(join(tmpdir(), `sotto-crash-${seed}-`));
  const log = new HistoryLog(join(dir, 'history.jsonl'));
  options.onEntry?.(log.entries);
  log.add({ event: 'run', seed, may_lose: false, plan: { ...plan, cases } });
  let close = async (): Promise<void> => undefined;
  try {
    const world = await createWorld({ dir, plan, random: createSeededRandom(seed), log });
    close = world.close;
    for (const [number, one] of cases.entries()) {
      const target = `${one.stop} ${one.moment} ${one.road}`;
      tell(target);
      log.add({ event: 'fault-begun', fault: 'crash', target, number });
      const outcome = await crashOnce(world, log, { ...one, number });
      log.add({ event: 'fault-ended', fault: 'crash', target, number, outcome });
      if (outcome !== 'died') {
        log.add({ event: 'finding', words: `no message passed ${target}: nothing was killed there` });
      }
    }
    await bringHome(world, log);
    log.add({ event: 'ended' });
  } catch (error) {
    log.add({ event: 'note', words: `the run was cut off: ${error instanceof Error ? error.stack : error}` });
  } finally {
    await close();
    log.close();
  }
  const violations = checkHistory(log.entries);
  if (violations.length === 0) await rm(dir, { recursive: true, force: true });
  return { seed, dir, log: log.path, entries: log.entries, violations };
}
