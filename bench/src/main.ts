import { parseArgs } from 'node:util';
import type { Comparison } from './compare.ts';
import { judge, readGoals } from './goals.ts';
import { printTable } from './print-table.ts';
import { SUITES } from './suites.ts';
import { measureWeb } from './web/measure-web.ts';
import { judgeWeb, printWeb } from './web/print-web.ts';

/**
 * `npm run bench -- [--suite client,onion,web] [--pairs 5] [--messages 200] [--check C1-engine,…] [--json]`. Exits 1 on a missed goal that
 * was asked for with `--check`; a noisy or skipped one never passes a check either.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    messages: { type: 'string', default: '200' },
    suite: { type: 'string', default: [...Object.keys(SUITES), 'web'].join(',') },
    check: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const pairs = wholeNumber('--pairs', values.pairs, 100);
const messages = wholeNumber('--messages', values.messages, 1_000_000);

const comparisons: Comparison[] = [];
const names = values.suite.split(',');
for (const name of names.filter((each) => each !== 'web')) {
  const suite = SUITES[name];
  if (suite === undefined)
    refuse(`--suite takes ${Object.keys(SUITES).join(', ')}, web, or several with commas`);
  comparisons.push(...(await suite({ pairs, messages })));
}

// What a page costs is told by its own measures, not by messages.
const web = names.includes('web') ? await measureWeb({ pairs }) : undefined;

const goals = readGoals(new URL('../goals.json', import.meta.url));
const verdicts = [...goals.map((goal) => judge(goal, comparisons)), judgeWeb(web)];
process.stdout.write(
  values.json
    ? `${JSON.stringify({ comparisons, verdicts, ...(web === undefined ? {} : { web }) })}\n`
    : `${printTable(comparisons, verdicts)}${names.includes('web') ? printWeb(web) : ''}`,
);
const asked = new Set(values.check?.split(',') ?? []);
const failed = verdicts.filter(({ goal, verdict }) => asked.has(goal.id) && verdict !== 'passed');
if (failed.length > 0) process.exitCode = 1;

function wholeNumber(flag: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    refuse(`${flag} takes a whole number from 1 to ${most}`);
  }
  return number;
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
