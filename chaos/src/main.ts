import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { allCrashCases } from './crash/crash-plan.ts';
import { runCrashPoints } from './crash/run-crash-points.ts';
import { checkHistory } from './history/check-history.ts';
import { type Entry, parseHistory } from './history/entry.ts';
import { formatViolation } from './history/violation.ts';
import { makePlan } from './plan/make-plan.ts';
import { FAULTS, type FaultName, type Size } from './plan/types.ts';
import { planRelays } from './relays/plan-relays.ts';
import { runRelays } from './relays/run-relays.ts';
import { formatRelays } from './report/format-relays.ts';
import { Summary } from './report/summary.ts';
import { type RunResult, runPlan } from './run/run-plan.ts';

/** With --relays, on average. */
const MESSAGES_PER_KILL = 60;

const HELP = `npm run chaos -- [flags]: random worlds of real processes under faults, and what their people saw

  --minutes N       go on with new seeds for so long (default 2); at least one run
  --seed S          replay the plan of one seed: the same world, operations and faults at the same times
  --lasts SECONDS   how long people talk and things go wrong in one run (default 40)
  --every MS        between two faults, on average (default 500)
  --small           3 people and 9 storage nodes in every run; else 3 to 6, and 9 to 21
  --faults A,B      only these: ${FAULTS.join(', ')}
  --relays          two relays on one PostgreSQL and one NATS, each killed and started again; so many --messages (10000)
  --crash-points    a run in which a process dies at every stop of a message's way, before and after
  --judge FILE      judge a history again, without running anything
  --keep            keep folders of runs in which nothing was found

A seed repeats with the same flags. It repeats the plan; which of two processes is faster at a moment is the
machine's. The history of a run that found something is kept.
Exits 1 when something was found, or when it is interrupted; what there was so far is printed then.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string' },
    lasts: { type: 'string', default: '40' },
    every: { type: 'string', default: '500' },
    small: { type: 'boolean', default: false },
    faults: { type: 'string', default: FAULTS.join(',') },
    'crash-points': { type: 'boolean', default: false },
    relays: { type: 'boolean', default: false },
    messages: { type: 'string', default: '10000' },
    judge: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

if (values.judge !== undefined) {
  const found = checkHistory(parseHistory(readFileSync(values.judge, 'utf8')));
  process.stdout.write(found.map((one) => `${formatViolation(one)}\n`).join('') || 'nothing wrong\n');
  process.exit(found.length > 0 ? 1 : 0);
}

if (values.relays) {
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : number('--seed', values.seed, 2 ** 31);
  const messages = number('--messages', values.messages, 1_000_000);
  say(`two relays, seed ${seed}`);
  const result = await runRelays(planRelays(seed, { messages, every: MESSAGES_PER_KILL }), say);
  process.stdout.write(formatRelays(result));
  process.exit(result.violations.length > 0 ? 1 : 0);
}

const minutes = number('--minutes', values.minutes, 100_000);
const size: Size = {
  people: values.small ? [3, 3] : [3, 6],
  nodes: values.small ? [9, 9] : [9, 21],
  lasts: number('--lasts', values.lasts, 3_600) * 1_000,
  every: number('--every', values.every, 600_000),
  faults: values.faults.split(',').map(faultName),
};
const summary = new Summary();
// What there is so far is worth a table; the run that is cut off is not judged.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    process.stdout.write(summary.format());
    process.exit(1);
  });
}

const started = performance.now();
let watched: readonly Entry[] = [];
let doing = '';
const ticker = setInterval(() => {
  const shown = watched.filter(({ event }) => event === 'shown').length;
  say(`${doing}: ${Math.round((watched.at(-1)?.at ?? 0) / 1000)} s, ${shown} shown`);
}, 10_000);

if (values['crash-points']) {
  const seed = values.seed === undefined ? randomInt(2 ** 31) : number('--seed', values.seed, 2 ** 31);
  doing = `crash points, seed ${seed}`;
  const tell = (words: string): void => say(`  ${words}`);
  finish(await runCrashPoints(allCrashCases(), { seed, tell, onEntry: watch }));
} else if (values.seed !== undefined) {
  finish(await one(number('--seed', values.seed, 2 ** 31)));
} else {
  do finish(await one(randomInt(1, 2 ** 31)));
  while (performance.now() - started < minutes * 60_000);
}
clearInterval(ticker);
process.stdout.write(summary.format());
process.exit(summary.failed.length > 0 ? 1 : 0);

async function one(seed: number): Promise<RunResult> {
  const plan = makePlan(seed, size);
  doing = `seed ${seed}`;
  say(
    `seed ${seed}: ${plan.people} people, swarms of ${plan.swarms.join(' ')}, ${plan.faults.length} faults`,
  );
  return await runPlan(plan, { keep: values.keep, onEntry: watch });
}

function watch(entries: readonly Entry[]): void {
  watched = entries;
}

function finish(result: RunResult): void {
  summary.add(result);
  const { seed, violations, log } = result;
  say(
    violations.length === 0
      ? `seed ${seed}: nothing wrong`
      : `seed ${seed}: ${violations.length} VIOLATIONS, see ${log}`,
  );
}

function say(words: string): void {
  process.stderr.write(`${words}\n`);
}

function faultName(name: string): FaultName {
  const found = FAULTS.find((each) => each === name);
  return found ?? refuse(`--faults takes some of ${FAULTS.join(', ')}`);
}

function number(flag: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= most) return value;
  return refuse(`${flag} takes a number from above 0 to ${most}`);
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
