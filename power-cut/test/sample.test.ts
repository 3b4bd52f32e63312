import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeCuts, type Verdict } from '../src/judge.ts';
import { record } from '../src/record.ts';
import { type Recording, saveRecording } from '../src/recording.ts';
import { scratchRoot } from '../src/scratch-root.ts';
import { WORKLOADS } from '../src/workloads/index.ts';

/** The same cuts each time, and some that nobody has tried. The long run is `npm run power-cut`. */
const SAME = Array.from({ length: 300 }, (_, index) => 1000 + index);
/** A key file changes in few steps, of which few are dangerous, and is opened in no time. */
const CUTS: Readonly<Record<string, number>> = { 'profile-key': 300 };
const FEW_CUTS = 30;
const NEW = Array.from({ length: 8 }, () => randomInt(2 ** 31));
const PLAN = 7;
const OPERATIONS = 16;

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(scratchRoot(), 'sotto-power-cut-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function badCuts(recording: Recording): Promise<readonly Verdict[]> {
  const bad: Verdict[] = [];
  const same = SAME.slice(0, CUTS[recording.workload] ?? FEW_CUTS);
  for await (const verdict of judgeCuts(recording, [...same, ...NEW], scratch)) {
    if (verdict.outcome !== 'kept') bad.push(verdict);
  }
  return bad;
}

/** With the recording, which a seed means nothing without. */
function explain(bad: readonly Verdict[], recording: Recording): string {
  const file = join(mkdtempSync(join(tmpdir(), 'sotto-recording-')), `${recording.workload}.recording`);
  saveRecording(file, recording);
  const lines = bad.map(({ seed, outcome, wrong }) => `seed ${seed}, ${outcome}: ${wrong.join('; ')}`);
  return `${lines.join('\n')}\nagain: npm run power-cut -- --seed ${bad[0]?.seed} --recording ${file}`;
}

describe('a power cut', () => {
  it.each(WORKLOADS)('leaves of %s all that was acknowledged, whole, and it goes on', async (workload) => {
    const recording = await record({ workload, seed: PLAN, operations: OPERATIONS });
    const bad = await badCuts(recording);
    if (bad.length > 0) expect.fail(explain(bad, recording));
  });
});
