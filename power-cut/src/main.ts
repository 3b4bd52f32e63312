import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Verdict } from './judge.ts';
import { printTable, type Row } from './print-table.ts';
import { record } from './record.ts';
import { loadRecording, saveRecording } from './recording.ts';
import { runSeeds } from './run-seeds.ts';
import { WORKLOADS } from './workloads/index.ts';

const HELP = `npm run power-cut -- [options]

Records what the real stores do to a disk, then cuts the power of a modelled disk at random places and opens what is
left. Exits 1 when something acknowledged was lost or a store came back damaged.

  --seeds N         cuts over all workloads together (default 6000)
  --workload A,B    only these: ${WORKLOADS.join(', ')}
  --operations N    about so many operations in each life of a recorded process (default 160)
  --plan N          seed of what is done while recording (default: drawn)
  --from N          first seed (default: drawn)
  --seed S          this one cut; needs --recording, since the same plan makes other keys and bytes each time
  --recording FILE  cut this recording and make none
  --keep            keep recordings also when nothing was found in them
`;

/** Bad cuts of a workload that are told one by one; the table counts all. */
const MOST_REPORTS = 10;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '6000' },
    workload: { type: 'string' },
    operations: { type: 'string', default: '160' },
    plan: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    recording: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (values.seed !== undefined && values.recording === undefined) {
  refuse('--seed needs --recording FILE: the line that reported the seed names it');
}
const one = values.seed === undefined ? undefined : wholeNumber('--seed', values.seed);
const plan = values.plan === undefined ? randomInt(1_000_000) : wholeNumber('--plan', values.plan);
const from =
  one ?? (values.from === undefined ? randomInt(1_000_000_000) : wholeNumber('--from', values.from));
const operations = wholeNumber('--operations', values.operations);
const names = values.workload?.split(',') ?? WORKLOADS;
for (const name of names) if (!WORKLOADS.includes(name)) refuse(`--workload has no ${name}`);

const files = values.recording === undefined ? await recordAll() : [values.recording];
const each = one === undefined ? Math.ceil(wholeNumber('--seeds', values.seeds) / files.length) : 1;
const rows: Row[] = [];
for (const file of files) {
  const row = await cutAll(file);
  rows.push(row);
  if (values.recording === undefined && !values.keep && isGood(row)) rmSync(file);
}
process.stdout.write(`${printTable(rows)}\n`);
if (!rows.every(isGood)) process.exitCode = 1;

function isGood({ verdicts }: Row): boolean {
  return verdicts.every(({ outcome }) => outcome === 'kept');
}

async function recordAll(): Promise<readonly string[]> {
  const folder = join(process.cwd(), 'node_modules', '.cache', 'sotto', 'power-cut');
  mkdirSync(folder, { recursive: true });
  say(`plan ${plan}, first seed ${from}; recordings in which something is found are kept in ${folder}`);
  const recorded: string[] = [];
  for (const name of names) {
    const file = join(folder, `${name}-${plan}-${Date.now()}.recording`);
    const recording = await record({ workload: name, seed: plan, operations });
    saveRecording(file, recording);
    say(`${name}: ${recording.facts.length} steps, ${recording.events.length} events recorded`);
    recorded.push(file);
  }
  return recorded;
}

async function cutAll(file: string): Promise<Row> {
  if (!existsSync(file)) refuse(`there is no recording ${file}`);
  const { workload, events, facts } = loadRecording(file);
  const seeds = Array.from({ length: each }, (_, index) => from + index);
  const verdicts: Verdict[] = [];
  let bad = 0;
  const started = performance.now();
  const progress = setInterval(() => say(`${workload}: ${verdicts.length} of ${seeds.length} cuts`), 10_000);
  const told = (verdict: Verdict): void => {
    verdicts.push(verdict);
    if (one !== undefined) describe(verdict, workload);
    else if (verdict.outcome !== 'kept' && ++bad <= MOST_REPORTS) report(verdict, workload, file);
  };
  await runSeeds({ recording: file, seeds, processes: availableParallelism(), told });
  clearInterval(progress);
  return {
    workload,
    events: events.length,
    steps: facts.length,
    verdicts,
    seconds: (performance.now() - started) / 1000,
  };
}

function report(verdict: Verdict, workload: string, file: string): void {
  describe(verdict, workload);
  process.stdout.write(`  again: npm run power-cut -- --seed ${verdict.seed} --recording ${file}\n`);
}

function describe({ seed, cut, acknowledged, begun, outcome, wrong }: Verdict, workload: string): void {
  process.stdout.write(
    `${workload} ${outcome}: seed ${seed}, after event ${cut}, step ${acknowledged} acknowledged, ${begun} begun\n`,
  );
  for (const line of wrong) process.stdout.write(`  ${line}\n`);
}

function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) refuse(`${flag} takes a whole number`);
  return number;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
