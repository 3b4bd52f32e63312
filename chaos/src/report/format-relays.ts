import { formatViolation } from '../history/violation.ts';
import { VICTIMS } from '../relays/plan-relays.ts';
import type { RelaysResult } from '../relays/run-relays.ts';

/** Violations that are printed; all of them are in the history. */
const MOST_PRINTED = 20;

/** What a run of two relays came to. Repeats are no harm: see `judgeMail`. */
export function formatRelays(result: RelaysResult): string {
  const { seed, dir, violations, kills, acknowledged, repeated, storedAgain, redelivered } = result;
  const lines = [
    `seed               ${seed}`,
    `messages           ${acknowledged} acknowledged, ${repeated} of them sent again, ${storedAgain} stored again by that`,
    `given again        ${redelivered}, whose acknowledgement was lost`,
    ...VICTIMS.map((victim) => `killed ${victim.padEnd(12)}${kills[victim]} times`),
    `violations         ${violations.length}`,
    ...violations.slice(0, MOST_PRINTED).map((one) => `  ${formatViolation(one)}`),
    ...(violations.length > 0 ? [`history            ${dir}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
