import { PROBLEM_CODES as CLIENT_CODES } from '@sotto/client';
import { PROBLEM_CODES, ROAD_PROBLEM_CODES } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { distrustValue, problemValue, troubleValue } from './problem-values.ts';

describe('what screens are told of a problem', () => {
  it('is named by the names that are promised to them, and by no other', () => {
    expect([...CLIENT_CODES].sort()).toEqual([...PROBLEM_CODES].sort());
  });

  it('is in words and by name', () => {
    expect(problemValue({ problem: 'too-few-nodes', storedOn: 3, of: 7 })).toEqual({
      problem: 'Stored on 3 of 7, which is too few to count on; it is tried again.',
      problem_code: 'too-few-nodes',
    });
    expect(problemValue({ problem: 'written down by an earlier version' })).toEqual({
      problem: 'written down by an earlier version',
      problem_code: 'other',
    });
    expect(problemValue({})).toEqual({});
  });

  it('names the trouble of a road, with words about it', () => {
    for (const code of ['no-guard', 'no-path', 'other-list'] as const) {
      expect(troubleValue(code)).toEqual({ problem: expect.stringContaining('; '), problem_code: code });
    }
    expect(troubleValue(undefined)).toEqual({});
    for (const code of ['wrong-key', 'untrusted'] as const) {
      const { problem_code, problem } = distrustValue(code);
      expect(ROAD_PROBLEM_CODES).toContain(problem_code);
      expect(problem).toContain('; ');
    }
  });
});
