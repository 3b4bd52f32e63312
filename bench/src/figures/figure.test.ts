import { describe, expect, it } from 'vitest';
import { compare, cpuFigure, type Side } from '../compare.ts';
import { median, ratioOf } from './figure.ts';
import { judge } from './goals.ts';
import { tableOf } from './print-table.ts';

const side = (name: string, costs: readonly number[], order: string[]): Side => {
  const left = [...costs];
  return {
    name,
    run: async () => {
      order.push(name);
      const cost = left.shift() ?? Number.NaN;
      return { messages: 1, wall: cost, cpu: cost };
    },
    close: async () => undefined,
  };
};
const goal = { id: 'X', figure: 'ours', peer: 'peer', what: '', atMost: 1.5 };
const figure = (ours: readonly number[]) => {
  return { name: 'ours', peer: 'peer 2.0', unit: 'µs', ours, theirs: [10, 10, 10] };
};

describe('a figure', () => {
  it('takes turns at being first and compares neighbours', async () => {
    const order: string[] = [];
    const ours = side('ours', [10, 20, 45], order);
    const result = cpuFigure(await compare(ours, side('peer', [10, 20, 30], order), 3));
    expect(order.join(' ')).toBe('ours peer peer ours ours peer');
    expect(ratioOf(result)).toEqual({ median: 1, least: 1, most: 1.5, noisy: true });
  });

  it('passes a goal only when it ran, was quiet and stayed under', () => {
    expect(judge(goal, [figure([14, 15, 15])]).verdict).toBe('passed');
    expect(judge(goal, [figure([16, 16, 16])]).verdict).toBe('missed');
    expect(judge(goal, [figure([10, 10, 14])]).verdict).toBe('noisy');
    expect(judge(goal, [figure([10, 10, Number.NaN])]).verdict).toBe('noisy');
    expect(judge({ ...goal, peer: 'pee' }, [figure([10, 10, 10])]).verdict).toBe('skipped');
    expect(judge(goal, []).verdict).toBe('skipped');
  });

  it('has one line, and so has a goal that nothing was measured for', () => {
    const other = { ...goal, id: 'Y', figure: 'other', what: 'the other', missing: 'no peer' };
    const figures = [figure([14, 15, 15])];
    const rows = tableOf(figures, [judge(goal, figures), judge(other, figures)]);
    expect(rows).toEqual([
      ['ours', '15 µs', 'peer 2.0: 10 µs', '1.5 (1.4–1.5)', 'X ≤ 1.5', 'passed'],
      ['the other', '–', 'peer', '–', 'Y ≤ 1.5', 'skipped: no peer'],
    ]);
  });

  it('says why there is none: of this run before of any', () => {
    const other = { ...goal, missing: 'not here' };
    expect(judge(other, []).why).toBe('not here');
    const absences = [
      { figure: 'ours', peer: 'another', why: 'that one was not there' },
      { figure: 'ours', why: 'it lost a message' },
    ];
    expect(judge(other, [], absences).why).toBe('it lost a message');
    expect(judge(other, [figure([1, 1, 1])], absences)).not.toHaveProperty('why');
  });

  it('knows the middle of odd and even counts', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
