import { type Line, wrongLines } from './compare.ts';

/** All that was looked at, one line for each field of each holder in each place, and what is wrong in words. */
export function formatTable(lines: readonly Line[]): string {
  const cells = lines.map(({ holder, field, place, declared, found }) => [
    holder,
    field,
    place,
    declared ? 'published' : 'NOT PUBLISHED',
    found.length > 0 ? found.join(', ') : 'NOT FOUND',
  ]);
  const head = ['holder', 'field', 'place', 'ledger', 'found as'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const rows = [head, ...cells].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${rows.join('\n')}\n\n${inWords(lines)}\n`;
}

function inWords(lines: readonly Line[]): string {
  const wrong = wrongLines(lines);
  if (wrong.length === 0) return `${lines.length} lines: what was found is what is published.`;
  return wrong
    .map(({ holder, field, place, declared }) =>
      declared
        ? `${holder}: the ledger has "${field}" in ${place}, and it was not found there`
        : `${holder}: "${field}" was found in ${place}, and the ledger does not have it`,
    )
    .join('\n');
}
