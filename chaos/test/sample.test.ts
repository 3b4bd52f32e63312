import { describe, expect, it } from 'vitest';
import { allCrashCases } from '../src/crash/crash-plan.ts';
import { runCrashPoints } from '../src/crash/run-crash-points.ts';
import { formatViolation } from '../src/history/violation.ts';
import { makePlan } from '../src/plan/make-plan.ts';
import { FAULTS, type Size } from '../src/plan/types.ts';
import { type RunResult, runPlan } from '../src/run/run-plan.ts';

/** Every kind of fault once or more. A longer run: npm run chaos. */
const SEED = 20_261_129;
const SIZE: Size = { people: [3, 3], nodes: [6, 6], lasts: 8_000, every: 400, faults: FAULTS };

/** Where most hangs on the order of two steps. All of them, before and after, on both roads: npm run chaos -- --crash-points. */
const SAMPLE: ReadonlySet<string> = new Set([
  'write-down before relay',
  'seal after onion',
  'keep after onion',
  'open before relay',
  'show after relay',
]);

function expectNothingWrong({ seed, log, violations }: RunResult, how: string): void {
  // The list of failures that a run ends with prints a message and not what an array held.
  const found = violations.map(formatViolation).join('\n');
  expect(found, `seed ${seed} (${how}); history in ${log}\n${found}`).toBe('');
}

describe('a small world under faults', () => {
  it('loses, doubles and disorders nothing', async () => {
    const result = await runPlan(makePlan(SEED, SIZE));
    expectNothingWrong(result, `small sample of ${JSON.stringify(SIZE)}`);
    const shown = result.entries.filter(({ event }) => event === 'shown');
    const faults = result.entries.filter(({ event }) => event === 'fault-ended');
    expect(shown.length).toBeGreaterThan(20);
    expect(faults.length).toBeGreaterThan(FAULTS.length / 2);
  });
});

describe('a process that dies where a message passes', () => {
  it('leaves the message, once and in order', async () => {
    const cases = allCrashCases().filter(({ stop, moment, road }) => SAMPLE.has(`${stop} ${moment} ${road}`));
    expect(cases).toHaveLength(SAMPLE.size);
    const result = await runCrashPoints(cases, { seed: SEED, swarms: [3, 3] });
    expectNothingWrong(result, 'npm run chaos -- --crash-points');
  });
});
