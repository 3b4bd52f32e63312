import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.ts';
import type { Entry } from './entry.ts';
import type { Happened } from './history-log.ts';

const PEOPLE = ['alice', 'bob', 'carol'] as const;

/** What a messenger without faults in it does, step by step, in any interleaving. */
const script = fc.array(
  fc.record({
    from: fc.integer({ min: 0, max: 2 }),
    /** The next or the second next of the three. */
    to: fc.integer({ min: 1, max: 2 }),
    outcome: fc.constantFrom('acknowledged', 'acknowledged', 'unsure-written', 'unsure-lost', 'refused'),
    /** How many of those on their way to somebody are shown after this step. */
    shows: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 3 }),
  }),
  { minLength: 2, maxLength: 40 },
);

type Script = typeof script extends fc.Arbitrary<infer One> ? One : never;

function play(steps: Script): Happened[] {
  const happened: Happened[] = [{ event: 'run', seed: 0, may_lose: false, plan: null }];
  const lines = new Map<string, { from: string; who: string; text: string; id: string }[]>();
  const showNext = (choice: number) => {
    const waiting = [...lines.values()].filter(({ length }) => length > 0);
    const next = waiting[choice % Math.max(1, waiting.length)]?.shift();
    if (next !== undefined) happened.push({ event: 'shown', ...next });
  };
  for (const [number, { from, to, outcome, shows }] of steps.entries()) {
    const [sender = '', who = ''] = [PEOPLE[from], PEOPLE[(from + to) % 3]];
    const [op, text, id] = [`op${number}`, `text ${number}`, `id${number}`];
    happened.push({ event: 'invoked', op, from: sender, to: who, text });
    if (outcome === 'acknowledged') happened.push({ event: 'acknowledged', op, id });
    else if (outcome === 'refused') happened.push({ event: 'refused', op, why: 'full' });
    else happened.push({ event: 'unsure', op, why: 'killed' });
    if (outcome === 'acknowledged' || outcome === 'unsure-written') {
      const name = `${sender} ${who}`;
      const line = lines.get(name) ?? [];
      line.push({ from: sender, who, text, id });
      lines.set(name, line);
    }
    for (const choice of shows) showNext(choice);
  }
  for (let left = steps.length; left > 0; left--) showNext(left);
  return [...happened, { event: 'ended' }];
}

const judge = (happened: readonly Happened[]) =>
  checkHistory(happened.map((one, at) => ({ at, ...one }) as Entry));

describe('any history', () => {
  it('of a messenger without faults is right', () => {
    fc.assert(
      fc.property(script, (steps) => {
        expect(judge(play(steps))).toEqual([]);
      }),
    );
  });

  it('is wrong as soon as one thing that was shown is left out, shown again, or exchanged with a later one', () => {
    fc.assert(
      fc.property(
        script,
        fc.nat(),
        fc.constantFrom('lost', 'doubled', 'disordered'),
        (steps, choice, kind) => {
          const happened = play(steps);
          const acknowledged = new Set(
            happened.flatMap((one) => (one.event === 'acknowledged' ? [one.id] : [])),
          );
          const shown = happened.flatMap((one, index) =>
            one.event === 'shown' && acknowledged.has(one.id) ? [{ one, index }] : [],
          );
          const chosen = shown[choice % Math.max(1, shown.length)];
          fc.pre(chosen !== undefined);
          const { one, index } = chosen;
          if (kind === 'lost') happened.splice(index, 1);
          if (kind === 'doubled') happened.splice(-1, 0, one);
          if (kind === 'disordered') {
            const later = shown.find(
              (other) => other.index > index && other.one.from === one.from && other.one.who === one.who,
            );
            fc.pre(later !== undefined);
            happened[index] = later.one;
            happened[later.index] = one;
          }
          expect(judge(happened).map((violation) => violation.kind)).toContain(kind);
        },
      ),
    );
  });
});
