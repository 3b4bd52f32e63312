import type { Verdict } from './judge.ts';

/** What came of all cuts of one workload. */
export interface Row {
  readonly workload: string;
  readonly events: number;
  readonly steps: number;
  readonly verdicts: readonly Verdict[];
  readonly seconds: number;
}

/**
 * One line a workload and one for all. A zero is no proof of none: with 95 % confidence the share of bad cuts is
 * below 3 ÷ cuts (rule of three), for cuts drawn as the model draws them.
 */
export function printTable(rows: readonly Row[]): string {
  const head = ['workload', 'steps', 'events', 'cuts', 'lost', 'corrupt', 'bad, 95 %', 'cuts/s'];
  const lines = rows.map((row) => lineOf(row.workload, row));
  const sum = (of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const all: Row = {
    workload: 'all',
    events: sum(({ events }) => events),
    steps: sum(({ steps }) => steps),
    verdicts: rows.flatMap(({ verdicts }) => verdicts),
    seconds: sum(({ seconds }) => seconds),
  };
  return align([head, ...lines, lineOf('all', all)]);
}

function lineOf(name: string, { events, steps, verdicts, seconds }: Row): readonly string[] {
  const count = (outcome: Verdict['outcome']): number =>
    verdicts.filter((each) => each.outcome === outcome).length;
  const [lost, corrupt] = [count('lost'), count('corrupt')];
  const bound = lost + corrupt === 0 ? `≤ ${(300 / verdicts.length || 0).toFixed(3)} %` : 'found';
  const rate = (verdicts.length / seconds).toFixed(0);
  return [name, steps, events, verdicts.length, lost, corrupt, bound, rate].map(String);
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
