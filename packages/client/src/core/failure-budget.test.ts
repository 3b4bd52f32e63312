import { createFakeClock } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { createFailureBudget } from './failure-budget.ts';

const HOUR = 3_600_000;

describe('the budget of failures', () => {
  it('is each sender’s own, twenty an hour', async () => {
    const clock = createFakeClock();
    const budget = createFailureBudget(clock);
    for (let failure = 0; failure < 20; failure++) {
      expect(budget.isSpent('mallory')).toBe(false);
      budget.count('mallory');
    }
    expect([budget.isSpent('mallory'), budget.isSpent('bob')]).toEqual([true, false]);
    await clock.advance(HOUR);
    expect(budget.isSpent('mallory')).toBe(false);
  });

  it('holds so many senders and no more', () => {
    const budget = createFailureBudget(createFakeClock());
    for (let failure = 0; failure < 20; failure++) budget.count('first');
    for (let sender = 0; sender < 999; sender++) budget.count(`${sender}`);
    expect(budget.isSpent('first')).toBe(true);
    budget.count('one more');
    expect(budget.isSpent('first')).toBe(false);
  });

  it('is not shut by a clock that goes back', () => {
    let now = 10 * HOUR;
    const budget = createFailureBudget({ now: () => now, after: () => () => undefined });
    for (let failure = 0; failure < 20; failure++) budget.count('mallory');
    now = 0;
    expect(budget.isSpent('mallory')).toBe(false);
  });
});
