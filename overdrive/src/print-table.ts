import type { Finding } from './finding.ts';

/** One line a finding; a bound that was missed is marked. */
export function printTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ about, what, measured, bound, good }) => [
    about,
    what,
    measured,
    bound,
    good ? '' : 'MISSED',
  ]);
  const head = ['', 'what', 'measured', 'bound', ''];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const missed = findings.filter(({ good }) => !good).length;
  return [line(head), ...rows.map(line), `${findings.length} bounds, ${missed} missed`].join('\n');
}
