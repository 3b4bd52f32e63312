import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom } from '@sotto/testkit';
import { doFault } from '../faults/do-fault.ts';
import { checkHistory } from '../history/check-history.ts';
import type { Entry } from '../history/entry.ts';
import { HistoryLog } from '../history/history-log.ts';
import type { Violation } from '../history/violation.ts';
import type { Plan } from '../plan/types.ts';
import { createWorld, type World } from '../world/world.ts';
import { bringHome } from './bring-home.ts';
import { sleep, talk } from './talk.ts';

export interface RunResult {
  readonly seed: number;
  /** Kept when something was found. */
  readonly dir: string;
  readonly log: string;
  readonly entries: readonly Entry[];
  readonly violations: readonly Violation[];
}

/** Build the world of a plan, do to it what the plan says, heal it, and judge what its people saw. */
export async function runPlan(
  plan: Plan,
  options: { readonly keep?: boolean; readonly onEntry?: (entries: readonly Entry[]) => void } = {},
): Promise<RunResult> {
  const dir = await mkdtemp(join(tmpdir(), `sotto-chaos-${plan.seed}-`));
  const log = new HistoryLog(join(dir, 'history.jsonl'));
  log.add({ event: 'run', seed: plan.seed, may_lose: false, plan });
  options.onEntry?.(log.entries);
  let world: World | undefined;
  try {
    world = await createWorld({ dir, plan, random: createSeededRandom(plan.seed), log });
    await storm(world, plan, log);
    await bringHome(world, log);
    log.add({ event: 'ended' });
  } catch (error) {
    log.add({ event: 'note', words: `the run was cut off: ${error instanceof Error ? error.stack : error}` });
  } finally {
    await world?.close();
    log.close();
  }
  const violations = checkHistory(log.entries);
  if (violations.length === 0 && options.keep !== true) await rm(dir, { recursive: true, force: true });
  return { seed: plan.seed, dir, log: log.path, entries: log.entries, violations };
}

/** People talk while everything goes wrong that is planned. */
async function storm(world: World, plan: Plan, log: HistoryLog): Promise<void> {
  const over = new AbortController();
  // Everybody who talks and every fault waits for it.
  setMaxListeners(0, over.signal);
  const talking = talk(world, plan, over.signal);
  const started = performance.now();
  const faults = plan.faults.map(async (planned) => {
    await sleep(planned.at - (performance.now() - started), over.signal);
    if (over.signal.aborted) return;
    const { fault, target, number } = planned;
    const member = world.members.get(target);
    if (member === undefined) throw new Error(`the plan names ${target}, who is not there`);
    // What is done to one process comes one after the other, however long it took.
    await member.exclusive(async () => {
      if (over.signal.aborted) return;
      log.add({ event: 'fault-begun', fault, target, number });
      const outcome = await doFault({ world, planned, member, log, until: over.signal });
      log.add({
        ...{ event: 'fault-ended', fault, target, number },
        ...(outcome === undefined ? {} : { outcome }),
      });
    });
  });
  const failed = new Promise<never>((_, reject) => {
    for (const fault of faults) fault.catch(reject);
  });
  try {
    await Promise.race([sleep(plan.lasts, over.signal), failed]);
  } finally {
    over.abort();
    await Promise.allSettled(faults);
    await talking;
  }
}
