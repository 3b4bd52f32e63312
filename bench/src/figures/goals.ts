import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Absence, type Figure, type Ratio, ratioOf } from './figure.ts';

const goalsSchema = z.array(
  z.strictObject({
    id: z.string(),
    what: z.string(),
    figure: z.string(),
    peer: z.string(),
    atMost: z.number().positive(),
    /** Why this command has no such figure. */
    missing: z.string().optional(),
  }),
);

/** A ratio that a figure should stay under. */
export type Goal = z.infer<typeof goalsSchema>[number];

/** What did not run is skipped and what ran on a busy machine is noisy; neither is ever passed. */
export type Verdict = 'passed' | 'missed' | 'noisy' | 'skipped';

export interface Judged {
  readonly goal: Goal;
  readonly figure?: Figure;
  readonly ratio?: Ratio;
  readonly verdict: Verdict;
  /** Of a skipped one, where it is known. */
  readonly why?: string;
}

export function readGoals(file: URL): Goal[] {
  return goalsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** A goal names the peer without its version. */
export function isOf(goal: Goal, figure: Figure): boolean {
  return (
    figure.name === goal.figure && (figure.peer === goal.peer || figure.peer.startsWith(`${goal.peer} `))
  );
}

export function judge(goal: Goal, figures: readonly Figure[], absences: readonly Absence[] = []): Judged {
  const figure = figures.find((each) => isOf(goal, each));
  if (figure === undefined) {
    const absent = absences.find(
      ({ figure: name, peer = goal.peer }) => name === goal.figure && peer === goal.peer,
    );
    const why = absent?.why ?? goal.missing;
    return { goal, verdict: 'skipped', ...(why === undefined ? {} : { why }) };
  }
  const ratio = ratioOf(figure);
  const verdict = ratio.noisy ? 'noisy' : ratio.median <= goal.atMost ? 'passed' : 'missed';
  return { goal, figure, ratio, verdict };
}
