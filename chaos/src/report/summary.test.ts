import { expect, it } from 'vitest';
import type { Entry } from '../history/entry.ts';
import { Summary } from './summary.ts';

const ended = (fault: string, target: string, outcome?: string): Entry => ({
  ...{ at: 0, event: 'fault-ended', fault, target, number: 0 },
  ...(outcome === undefined ? {} : { outcome }),
});

const entries = [
  ended('kill', 'relay'),
  ended('kill', 'node:3'),
  ended('crash', 'node:4'),
  ended('crash', 'person:0', 'nothing passed in time'),
  ended('pause', 'person:1'),
];

function summaryOf(violations: 'none' | 'one'): string {
  const summary = new Summary();
  const found = violations === 'none' ? [] : [{ kind: 'lost', from: 'ann', to: 'bob', words: 'gone' }];
  for (let run = 0; run < 500; run++) {
    summary.add({ seed: run, violations: found, entries, log: 'somewhere' } as never);
  }
  return summary.format();
}

it('counts who died, and says below which share harm is', () => {
  const lines = summaryOf('none').split('\n');
  expect(lines).toContain('sudden deaths      1500');
  expect(lines).toContain('  relay            500, at most 0.60 % with harm');
  expect(lines).toContain('  storage node     1000, at most 0.30 % with harm');
  expect(lines).toContain('  client           0, at most any share with harm');
});

it('has no bound for what was harmed', () => {
  const lines = summaryOf('one').split('\n');
  expect(lines).toContain('  relay            500');
  expect(lines).toContain('violations         500 in 500 runs');
  expect(lines.join()).not.toContain('at most');
});
