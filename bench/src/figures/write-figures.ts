import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { HEAD } from './print-table.ts';

const FILE = fileURLToPath(new URL('../../../docs/figures.md', import.meta.url));
/** Written by hand: what the figures mean, and what the profiles led to. */
const BY_HAND = new URL('../../figures-by-hand.md', import.meta.url);

/** Write docs/figures.md. The machine is named by its cores and memory only. */
export function writeFigures(rows: readonly (readonly string[])[], notes: readonly string[]): void {
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  const lines = [
    '# Figures',
    '',
    '<!-- written by `npm run bench -- --figures`; what is kept by hand is in bench/figures-by-hand.md -->',
    '',
    `One run of \`npm run bench -- --figures\` on ${day}, on a machine of ${machine}, Node ${process.versions.node}.`,
    '',
    row(HEAD),
    row(HEAD.map(() => '---')),
    ...rows.map(row),
    '',
    ...notes.flatMap((note) => [`- ${note}`]),
    ...(notes.length > 0 ? [''] : []),
    readFileSync(BY_HAND, 'utf8'),
  ];
  writeFileSync(FILE, lines.join('\n'));
  process.stderr.write('bench: docs/figures.md is written\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
