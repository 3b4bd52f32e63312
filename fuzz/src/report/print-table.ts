import type { RunResult } from '../engine/run-target.ts';

/** One line a target: what it was given, what was found, and how sure nothing more is. */
export function printTable(results: readonly RunResult[]): string {
  const rows = results.map((result) => [
    result.target,
    String(result.inputs),
    percent(result.taken, result.inputs),
    String(result.found.length),
    bound(result),
    (result.inputs / Math.max(result.seconds, 0.001)).toFixed(0),
    result.slowest.toFixed(1),
  ]);
  const head = ['target', 'inputs', 'taken', 'findings', 'at most, 95 %', 'inputs/s', 'slowest ms'];
  const widths = head.map((text, column) =>
    Math.max(text.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return `${[head, ...rows].map(line).join('\n')}\n`;
}

/** Nothing in n tries: with 95 % certainty fewer than 3 in n do it (rule of three). With findings there is no such word. */
function bound({ inputs, findings }: RunResult): string {
  return findings > 0 || inputs === 0 ? '–' : `3/${inputs} = ${(3 / inputs).toExponential(0)}`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(0)} %`;
}

/** Everything that is needed to look at a finding again. */
export function printFindings(results: readonly RunResult[]): string {
  return results
    .flatMap(({ found }) => found)
    .map(
      ({ target, why, what, input, seed, index }) =>
        `\n${target}: ${why}, input ${index} of seed ${seed}\n  ${what.replaceAll('\n', '\n  ')}\n  base64: ${input}\n`,
    )
    .join('');
}
