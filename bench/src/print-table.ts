import { type Comparison, median } from './compare.ts';
import type { Verdict } from './goals.ts';
import type { Sample } from './measure.ts';

/** One line a side, the ratio beside ours; then one line a goal. */
export function printTable(comparisons: readonly Comparison[], verdicts: readonly Verdict[]): string {
  const head = ['', 'messages/s', 'p50 ms', 'p99 ms', 'µs CPU/message', 'CPU ÷ peer (min–max)', ''];
  const rows = comparisons.flatMap((comparison) => [
    [...costs(comparison.name, comparison.ours), ratioText(comparison), comparison.noisy ? 'noisy' : ''],
    [...costs(`  ${comparison.peer}`, comparison.theirs), '', ''],
  ]);
  const goals = verdicts.map(({ goal, ratio, verdict }) => [
    goal.id,
    verdict,
    ratio === undefined ? '–' : ratio.toFixed(2),
    `≤ ${goal.atMost}`,
    goal.what,
  ]);
  return `${align([head, ...rows])}\n\n${align(goals)}\n`;
}

function costs(name: string, samples: readonly Sample[]): readonly string[] {
  const wall = median(samples.map((sample) => sample.wall));
  const cpu = median(samples.map((sample) => sample.cpu));
  const timed = samples.flatMap(({ latency }) => (latency === undefined ? [] : [latency]));
  const times = [timed.map(({ p50 }) => p50), timed.map(({ p99 }) => p99)].map((each) =>
    each.length === 0 ? '' : median(each).toFixed(1),
  );
  return [name, (1_000_000 / wall).toFixed(0), ...times, cpu.toFixed(0)];
}

function ratioText({ ratio: { median: middle, least, most } }: Comparison): string {
  return `${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
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
