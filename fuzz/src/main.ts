import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Progress, RunResult } from './engine/run-target.ts';
import { printFindings, printTable } from './report/print-table.ts';
import { runWorker } from './report/run-worker.ts';
import { TARGETS } from './targets/all.ts';
import { findTarget } from './targets/find-target.ts';

const HELP = `npm run fuzz -- [--target NAME,…] [--inputs 1000000] [--minutes M] [--seed S] [--jobs N] [--unguided] [--list] [--json]

Gives every reader of outside bytes inputs made out of valid ones, and reports whatever is not a typed refusal.
--target    one or several with commas, or the beginning of names with a star: storage-*
--inputs    for each target; a million of all of them is a day's work of one core, mostly of the slow ones
            (real sockets, disks, public keys; --list marks them)
--minutes   for the whole run, shared among the targets; --inputs stays the upper end
--seed      a text; the same seed makes the same inputs where coverage does not lead (--unguided)
--found     folder that findings are written to, one file each, in the form of fuzz/found/
Exit 1 when something is found.
`;

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    inputs: { type: 'string', default: '1000000' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    jobs: { type: 'string', default: String(Math.max(1, cpus().length)) },
    found: { type: 'string' },
    unguided: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const targets = values.target === undefined ? TARGETS : values.target.split(',').flatMap(chosen);
if (values.list) {
  process.stdout.write(`${targets.map(({ name, slow }) => `${name}${slow ? ' (slow)' : ''}`).join('\n')}\n`);
  process.exit(0);
}
const inputs = wholeNumber('--inputs', values.inputs);
const jobs = wholeNumber('--jobs', values.jobs);
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
if (minutes !== undefined && !(minutes > 0)) refuse('--minutes takes a number above 0');

const running = new Map<string, Progress>();
const results: RunResult[] = [];
const started = performance.now();
process.stderr.write(`seed ${values.seed}, ${targets.length} targets, ${jobs} at a time\n`);
const ticker = setInterval(tell, 10_000);
const queue = [...targets];
// What there is so far is worth a table.
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    ending = true;
    queue.splice(0);
  });
}
await Promise.all(Array.from({ length: Math.min(jobs, targets.length) }, work));
clearInterval(ticker);

results.sort((one, other) => order(one) - order(other));
process.stdout.write(
  values.json
    ? `${JSON.stringify({ seed: values.seed, results })}\n`
    : `${printTable(results)}${printFindings(results)}`,
);
if (results.some(({ found }) => found.length > 0)) process.exitCode = 1;

/** Takes one target after the other. */
async function work(): Promise<void> {
  for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
    const { name } = target;
    const result = await runWorker({
      target: name,
      seed: values.seed,
      inputs,
      ...(minutes === undefined ? {} : { milliseconds: shareOfTime() }),
      guided: !values.unguided,
      onProgress: (progress) => running.set(name, progress),
    });
    running.delete(name);
    // Told to end like this process, it did not end by any input.
    if (ending && result.found.some(({ why }) => why === 'crash')) continue;
    results.push(result);
    tellDone(result);
    // At once: a run of all targets takes hours, and may be ended before.
    if (values.found !== undefined) writeFindings(values.found, result);
  }
}

/** What is left, among those that are left. */
function shareOfTime(): number {
  const left = (minutes ?? 0) * 60_000 - (performance.now() - started);
  return Math.max(1_000, (left * jobs) / (queue.length + Math.min(jobs, targets.length)));
}

function tell(): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const now = [...running].map(
    ([name, { inputs: given, findings }]) => `${name} ${given}${findings > 0 ? ` (${findings} found)` : ''}`,
  );
  process.stderr.write(`${seconds} s, ${results.length}/${targets.length} done; ${now.join(', ')}\n`);
}

function tellDone(result: RunResult): void {
  const speed = (result.inputs / Math.max(result.seconds, 0.001)).toFixed(0);
  process.stderr.write(
    `${result.target}: ${result.inputs} inputs, ${speed}/s, ${result.found.length} findings\n`,
  );
}

function writeFindings(folder: string, { found }: RunResult): void {
  mkdirSync(folder, { recursive: true });
  for (const [index, one] of found.entries()) {
    writeFileSync(
      join(folder, `${one.target}-${index + 1}.json`),
      `${JSON.stringify({ target: one.target, why: one.why, what: one.what.split('\n')[0], input: one.input }, null, 2)}\n`,
    );
  }
}

function order(result: RunResult): number {
  return targets.findIndex(({ name }) => name === result.target);
}

function chosen(name: string) {
  if (!name.includes('*')) {
    try {
      return [findTarget(name).target];
    } catch {
      refuse(`there is no target ${name}; --list names them`);
    }
  }
  const start = name.slice(0, name.indexOf('*'));
  return TARGETS.filter((target) => target.name.startsWith(start));
}

function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) refuse(`${flag} takes a whole number from 1`);
  return number;
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
