import { describe, expect, it } from 'vitest';
import { describeProblem, PROBLEM_CODES } from './describe-problem.ts';

describe('the problem of a message', () => {
  it('has English words under each name, each its own', () => {
    const told = PROBLEM_CODES.map((problem) => describeProblem({ problem })?.words ?? '');
    expect(told.filter((words) => !/^[A-Z].+\.$/.test(words))).toEqual(['other']);
    expect(new Set(told).size).toBe(PROBLEM_CODES.length);
    expect(new Set(PROBLEM_CODES).size).toBe(PROBLEM_CODES.length);
  });

  it('says how many hold it, where they are too few', () => {
    expect(describeProblem({ problem: 'too-few-nodes', storedOn: 3, of: 7 })).toEqual({
      code: 'too-few-nodes',
      words: 'Stored on 3 of 7, which is too few to count on; it is tried again.',
    });
  });

  it('is the sentence itself where an earlier version wrote one down', () => {
    const words = 'The relay refused this message for good.';
    expect(describeProblem({ problem: words })).toEqual({ code: 'other', words });
    expect(describeProblem({ problem: 'toString' })).toEqual({ code: 'other', words: 'toString' });
  });

  it('is nothing where nothing is the matter', () => {
    expect(describeProblem({ storedOn: 3, of: 7 })).toBeUndefined();
  });
});
