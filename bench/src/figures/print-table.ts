import { type Figure, median, ratioOf } from './figure.ts';
import { type Goal, isOf, type Judged } from './goals.ts';

export const HEAD: readonly string[] = ['figure', 'ours', 'peer', 'ratio (min–max)', 'goal', 'verdict'];

/** One line a figure, with the goals that it is held against; then the goals that have no figure. */
export function tableOf(
  figures: readonly Figure[],
  judged: readonly Judged[],
): readonly (readonly string[])[] {
  const measured = figures.flatMap((figure) => {
    const held = judged.filter(({ goal }) => isOf(goal, figure));
    if (held.length === 0) return [[...costsOf(figure), '', ratioOf(figure).noisy ? 'noisy' : '']];
    return held.map(({ goal, verdict }) => [...costsOf(figure), goalText(goal), verdict]);
  });
  const without = judged.filter(({ figure }) => figure === undefined);
  const skipped = without.map(({ goal, why }) => [
    goal.what,
    '–',
    goal.peer,
    '–',
    goalText(goal),
    why === undefined ? 'skipped' : `skipped: ${why}`,
  ]);
  return [...measured, ...skipped];
}

function costsOf(figure: Figure): readonly string[] {
  const { name, peer, unit, ours, theirs } = figure;
  const { median: middle, least, most } = ratioOf(figure);
  return [
    name,
    `${short(median(ours))} ${unit}`,
    `${peer}: ${short(median(theirs))} ${unit}`,
    `${short(middle)} (${short(least)}–${short(most)})`,
  ];
}

function goalText({ id, atMost }: Goal): string {
  return `${id} ≤ ${short(atMost)}`;
}

/** Three figures, as the noise allows no more. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value < 0.01 ? 2 : 3).replace(/\.?0+$/, '');
}

export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
