import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Comparison } from './compare.ts';

const goalsSchema = z.array(
  z.strictObject({
    id: z.string(),
    comparison: z.string(),
    what: z.string(),
    atMost: z.number().positive(),
  }),
);

/** A ratio that a comparison should stay under. */
export type Goal = z.infer<typeof goalsSchema>[number];

export interface Verdict {
  readonly goal: Goal;
  readonly ratio?: number;
  /** A comparison that did not run is skipped and one on a busy machine is noisy; neither is ever passed. */
  readonly verdict: 'passed' | 'missed' | 'noisy' | 'skipped';
}

export function readGoals(file: URL): Goal[] {
  return goalsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

export function judge(goal: Goal, comparisons: readonly Comparison[]): Verdict {
  const comparison = comparisons.find(({ name }) => name === goal.comparison);
  if (comparison === undefined) return { goal, verdict: 'skipped' };
  const ratio = comparison.ratio.median;
  if (comparison.noisy) return { goal, ratio, verdict: 'noisy' };
  return { goal, ratio, verdict: ratio <= goal.atMost ? 'passed' : 'missed' };
}
