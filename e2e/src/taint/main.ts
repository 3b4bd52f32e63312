import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compare, wrongLines } from './ledger/compare.ts';
import { formatPage } from './ledger/format-page.ts';
import { formatTable } from './ledger/format-table.ts';
import { PAGE, readLedger } from './ledger/ledger.ts';
import { runTaint } from './run-taint.ts';
import { tellApart } from './swap/compare-worlds.ts';
import { whenWrites } from './swap/who-writes.ts';
import { whatCanBeLookedAt } from './what-can-be-looked-at.ts';

const HELP = `npm run taint -- [options]

A relay, storage nodes and people live together, with a value of its own in every field and every identifier. Then
everything that anybody holds is searched for each of them: files with their logs and free pages, what was printed,
memory, packets. What is found must be what docs/ledger.json has, no more and no less. Then the same world lives twice,
with alice writing to bob and with carol: nothing that servers hold, print or are sent may tell which, nor may the packets
at the relay.

  --seed N     what people type (default: drawn); keys and addresses are drawn anew in each run
  --short      files, logs and packets only, and no waiting: what \`npm test\` does
  --page       write docs/who-holds-what.md from docs/ledger.json, and run nothing

Memory and packets are looked at by root only, packets where tcpdump is. Exits 1 when something differs.
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    short: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (values.page) {
  writeFileSync(PAGE, formatPage(readLedger()));
  process.exit(0);
}
// Whoever interrupts it leaves no process behind.
const children = new Set<ChildProcess>();
subscribe('child_process', (message) =>
  children.add((message as { readonly process: ChildProcess }).process),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill('SIGKILL');
    process.exit(1);
  });
}
const seed = values.seed === undefined ? randomInt(1_000_000_000) : Number(values.seed);
if (!Number.isSafeInteger(seed) || seed < 0) {
  process.stderr.write('--seed takes a whole number\n');
  process.exit(2);
}
const started = performance.now();
const tell = (words: string): void => {
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`${String(seconds).padStart(4)} s  ${words}\n`);
};
tell(`seed ${seed}`);
const full = !values.short;
const looked = whatCanBeLookedAt(full);
for (const missing of looked.missing) tell(`not looked at: ${missing}`);
const lines = compare(await runTaint({ seed, swarms: [3, 3, 3], full, tell }), readLedger(), looked);
process.stdout.write(formatTable(lines));
tell('the swap: the same world twice, with another one writing');
const [one, other] = await Promise.all([whenWrites('alice'), whenWrites('carol')]);
const apart = tellApart(one, other);
process.stdout.write(
  apart.length === 0
    ? 'swap: nothing tells who wrote.\n'
    : `swap: this tells who wrote:\n${apart.join('\n')}\n`,
);
if (wrongLines(lines).length > 0 || apart.length > 0) process.exitCode = 1;
