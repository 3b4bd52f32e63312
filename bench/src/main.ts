import { parseArgs } from 'node:util';
import type { Absence, Figure } from './figures/figure.ts';
import { judge, readGoals } from './figures/goals.ts';
import { align, HEAD, tableOf } from './figures/print-table.ts';
import { writeFigures } from './figures/write-figures.ts';
import { installPeers } from './peers/install-peers.ts';
import { PROFILES, printProfile } from './profile/profile.ts';
import { SUITES } from './suites.ts';
import { measureWeb } from './web/measure-web.ts';
import { judgeWeb, printWeb, webRow } from './web/print-web.ts';

const USAGE = `npm run bench -- [--suite ${Object.keys(SUITES).join(',')},web] [--pairs 5] [--messages 200] [--full]
                 [--check R4,C1-engine,…] [--json] [--figures] [--install-peers]
npm run bench -- --profile ${Object.keys(PROFILES).join('|')}

--full           all pairs of all figures, a million texts to search and 10,000 to catch up on
--figures        also writes docs/figures.md
--install-peers  installs the servers that ours are measured beside, with apt-get as root
--check          exits 1 unless these goals passed; a noisy or skipped one has not
`;

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    messages: { type: 'string', default: '200' },
    suite: { type: 'string', default: [...Object.keys(SUITES), 'web'].join(',') },
    check: { type: 'string' },
    profile: { type: 'string' },
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    figures: { type: 'boolean', default: false },
    'install-peers': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else if (values.profile !== undefined) await runProfile(values.profile);
else await runSuites();

async function runSuites(): Promise<void> {
  const amount = {
    pairs: wholeNumber('--pairs', values.pairs, 100),
    messages: wholeNumber('--messages', values.messages, 1_000_000),
    full: values.full,
  };
  const names = values.suite.split(',');
  const unknown = names.find((name) => SUITES[name] === undefined && name !== 'web');
  if (unknown !== undefined) refuse(`there is no suite ${unknown}`);
  if (values['install-peers']) installPeers();

  const figures: Figure[] = [];
  const absences: Absence[] = [];
  const notes: string[] = [];
  for (const [name, suite] of Object.entries(SUITES)) {
    if (!names.includes(name)) continue;
    process.stderr.write(`bench: ${name}\n`);
    const found = await suite(amount);
    figures.push(...found.figures);
    absences.push(...(found.absences ?? []));
    notes.push(...found.notes.filter((note) => !notes.includes(note)));
  }
  // What a page costs is told by its own measures, not by messages.
  const web = names.includes('web') ? await measureWeb(amount) : undefined;

  const judged = readGoals(new URL('../goals.json', import.meta.url)).map((goal) =>
    judge(goal, figures, absences),
  );
  const rows = [...tableOf(figures, judged), webRow(web)];
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ figures, judged, notes, ...(web === undefined ? {} : { web }) })}\n`,
    );
  } else {
    if (names.includes('web')) process.stdout.write(`${printWeb(web)}\n`);
    process.stdout.write(`${[align([HEAD, ...rows]), ...notes].join('\n')}\n`);
  }
  if (values.figures) writeFigures(rows, notes);
  const asked = values.check?.split(',') ?? [];
  const verdicts = new Map(judged.map(({ goal, verdict }) => [goal.id, verdict]));
  verdicts.set('W1-key', judgeWeb(web).verdict);
  if (asked.some((id) => verdicts.get(id) !== 'passed')) process.exitCode = 1;
}

async function runProfile(name: string): Promise<void> {
  const profile = PROFILES[name];
  if (profile === undefined) refuse(`--profile takes ${Object.keys(PROFILES).join(', ')}`);
  process.stdout.write(printProfile(name, await profile()));
}

function wholeNumber(flag: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    refuse(`${flag} takes a whole number from 1 to ${most}`);
  }
  return number;
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n${USAGE}`);
  process.exit(2);
}
