import type { Entry } from '../history/entry.ts';
import { formatViolation } from '../history/violation.ts';
import { FAULTS } from '../plan/types.ts';
import type { RunResult } from '../run/run-plan.ts';

/** Faults that end in the sudden death of a process. */
const KILLS: ReadonlySet<string> = new Set(['kill', 'crash']);
/** Who can die, by the beginning of the target's name. */
const MORTALS = [
  ['relay', 'relay'],
  ['node', 'storage node'],
  ['person', 'client'],
] as const;
/** Violations of one run that are printed; all of them are in its history. */
const MOST_PRINTED = 20;

/** What several runs came to. */
export class Summary {
  runs = 0;
  sent = 0;
  shown = 0;
  unsure = 0;
  readonly #deaths = new Map<string, number>();
  readonly faults = new Map<string, number>();
  readonly failed: RunResult[] = [];

  add(result: RunResult): void {
    this.runs++;
    const { entries } = result;
    this.sent += count(entries, 'acknowledged');
    this.unsure += count(entries, 'unsure');
    this.shown += count(entries, 'shown');
    for (const entry of entries) {
      if (entry.event !== 'fault-ended' || !happened(entry.outcome)) continue;
      this.faults.set(entry.fault, (this.faults.get(entry.fault) ?? 0) + 1);
      if (!KILLS.has(entry.fault)) continue;
      const [kind = ''] = entry.target.split(':');
      this.#deaths.set(kind, (this.#deaths.get(kind) ?? 0) + 1);
    }
    if (result.violations.length > 0) this.failed.push(result);
  }

  get deaths(): number {
    return [...this.#deaths.values()].reduce((sum, deaths) => sum + deaths, 0);
  }

  /** A table for people. A zero has its bound: with 95 % confidence the chance is below 3/n. */
  format(): string {
    const violations = this.failed.reduce((sum, { violations: found }) => sum + found.length, 0);
    const isClean = violations === 0;
    const lines = [
      `runs               ${this.runs}`,
      `messages           ${this.sent} acknowledged, ${this.unsure} cut off, ${this.shown} shown`,
      `sudden deaths      ${this.deaths}`,
      ...MORTALS.map(([kind, title]) => {
        const deaths = this.#deaths.get(kind) ?? 0;
        return `  ${title.padEnd(16)} ${deaths}${isClean ? `, at most ${bound(deaths)} with harm` : ''}`;
      }),
      'faults',
      ...FAULTS.map((name) => `  ${name.padEnd(16)} ${this.faults.get(name) ?? 0}`),
      `violations         ${violations}${violations > 0 ? ` in ${this.failed.length} runs` : ''}`,
    ];
    if (isClean) {
      const bounds = `${bound(this.runs)} of runs, ${bound(this.deaths)} of deaths, ${bound(this.sent)} of messages`;
      lines.push(`  at most          ${bounds} (95 %, 3/n)`);
    }
    for (const { seed, log, violations: found } of this.failed) {
      lines.push(`seed ${seed}: history in ${log}`);
      lines.push(...found.slice(0, MOST_PRINTED).map((one) => `  ${formatViolation(one)}`));
    }
    return `${lines.join('\n')}\n`;
  }
}

function count(entries: readonly Entry[], event: Entry['event']): number {
  return entries.filter((entry) => entry.event === event).length;
}

/** A fault that was skipped, or that met nobody, counts for nothing. */
function happened(outcome: string | undefined): boolean {
  return outcome === undefined || !/^(skipped|nothing passed|touched 0$)/.test(outcome);
}

function bound(n: number): string {
  return n <= 3 ? 'any share' : `${((3 / n) * 100).toPrecision(2)} %`;
}
