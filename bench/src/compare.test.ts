import { describe, expect, it } from 'vitest';
import { compare, median, type Side } from './compare.ts';
import { judge } from './goals.ts';

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
const goal = { id: 'X', comparison: 'ours', what: '', atMost: 1.5 };

describe('a comparison', () => {
  it('takes turns at being first and compares neighbours', async () => {
    const order: string[] = [];
    const ours = side('ours', [10, 20, 45], order);
    const result = await compare(ours, side('peer', [10, 20, 30], order), 3);
    expect(order.join(' ')).toBe('ours peer peer ours ours peer');
    expect(result.ratio).toEqual({ median: 1, least: 1, most: 1.5 });
    expect(result.noisy).toBe(true);
  });

  it('passes a goal only when it ran, was quiet and stayed under', async () => {
    const run = (costs: readonly number[]) =>
      compare(side('ours', costs, []), side('peer', [10, 10, 10], []), 3);
    expect(judge(goal, [await run([14, 15, 15])]).verdict).toBe('passed');
    expect(judge(goal, [await run([16, 16, 16])]).verdict).toBe('missed');
    expect(judge(goal, [await run([10, 10, 14])]).verdict).toBe('noisy');
    expect(judge(goal, []).verdict).toBe('skipped');
  });

  it('knows the middle of odd and even counts', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
