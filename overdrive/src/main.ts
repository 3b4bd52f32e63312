import { parseArgs } from 'node:util';
import { EXPERIMENTS } from './experiments.ts';
import type { Finding } from './finding.ts';
import { printTable } from './print-table.ts';

const HELP = `npm run overdrive -- [options]

Offers a relay and a storage node, each a process, many times what they can do, crowds them with slow clients, throws
bombs at them, and loses every four of seven disks. Prints one table; exits 1 when a bound is missed.

  --only A,B     only these: ${Object.keys(EXPERIMENTS).join(', ')}
  --seconds N    of each overload (default 20)
  --factor N     times the peak (default 10)
  --idle N       idle connections, long polls (default 2000)
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    factor: { type: 'string', default: '10' },
    idle: { type: 'string', default: '2000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const names = values.only?.split(',') ?? Object.keys(EXPERIMENTS);
for (const name of names) if (EXPERIMENTS[name] === undefined) refuse(`--only has no ${name}`);
const terms = {
  seconds: positive('--seconds', values.seconds),
  factor: positive('--factor', values.factor),
  idle: positive('--idle', values.idle),
  say,
};
const findings: Finding[] = [];
for (const name of names) {
  say(name);
  findings.push(...((await EXPERIMENTS[name]?.(terms)) ?? []));
}
process.stdout.write(`${printTable(findings)}\n`);
process.exit(findings.every(({ good }) => good) ? 0 : 1);

function positive(flag: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) refuse(`${flag} takes a number`);
  return number;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
