import { parseArgs } from 'node:util';
import { clientFiftyAtOnce, clientOneByOne, throughRelay } from './client-sides.ts';
import { type Comparison, compare, type Side } from './compare.ts';
import { judge, readGoals } from './goals.ts';
import { printTable } from './print-table.ts';
import { ratchetEngine } from './ratchet-engine.ts';
import { rawLibsignal } from './raw-libsignal.ts';

/**
 * `npm run bench -- [--pairs 5] [--messages 200] [--check C1-engine,…] [--json]`. Exits 1 on a missed goal that
 * was asked for with `--check`; a noisy or skipped one never passes a check either.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    messages: { type: 'string', default: '200' },
    check: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const pairs = wholeNumber('--pairs', values.pairs, 100);
const messages = wholeNumber('--messages', values.messages, 1_000_000);

const sides: readonly ((messages: number) => Promise<Side>)[] = [
  ratchetEngine,
  clientOneByOne,
  clientFiftyAtOnce,
  throughRelay,
];
const comparisons: Comparison[] = [];
for (const createSide of sides) {
  const ours = await createSide(messages);
  const peer = await rawLibsignal(messages);
  // The first runs load code and warm the compiler; they count for nobody.
  await ours.run();
  await peer.run();
  comparisons.push(await compare(ours, peer, pairs));
  await ours.close();
  await peer.close();
}

const goals = readGoals(new URL('../goals.json', import.meta.url));
const verdicts = goals.map((goal) => judge(goal, comparisons));
process.stdout.write(
  values.json ? `${JSON.stringify({ comparisons, verdicts })}\n` : printTable(comparisons, verdicts),
);
const asked = new Set(values.check?.split(',') ?? []);
const failed = verdicts.filter(({ goal, verdict }) => asked.has(goal.id) && verdict !== 'passed');
if (failed.length > 0) process.exitCode = 1;

function wholeNumber(flag: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    process.stderr.write(`${flag} takes a whole number from 1 to ${most}\n`);
    process.exit(2);
  }
  return number;
}
