import { describe, expect, it } from 'vitest';
import { Refusals } from './refusals.ts';

/** Milliseconds from 0 after which each of many requests, sent before the first was answered, may be sent again. */
function comesAgain(refusals: Refusals, times: readonly number[]): readonly number[] {
  return times.map((now) => now + Number(refusals.refuse(now).headers.get('retry-after')) * 1_000);
}

describe('somebody who is refused', () => {
  it('is told one time for all that it has sent, and not the longest of many', () => {
    const burst = Array.from({ length: 40 }, (_, index) => index);
    const pauses = Array.from({ length: 200 }, () => {
      const times = comesAgain(new Refusals(), burst);
      const [first = 0] = times;
      expect(Math.min(...times)).toBe(first);
      // Seconds are whole, so that who is told later is told up to one more.
      expect(Math.max(...times)).toBeLessThanOrEqual(first + 1_000);
      return first;
    });
    expect(new Set(pauses)).toEqual(new Set([1_000, 2_000, 3_000, 4_000]));
  });

  it('is told another time once that one has come', () => {
    const refusals = new Refusals();
    const [until = 0] = comesAgain(refusals, [0]);
    expect(refusals.told(until - 1)).toBe(true);
    expect(refusals.told(until)).toBe(false);
    const [next = 0] = comesAgain(refusals, [until]);
    expect(next).toBeGreaterThan(until);
  });

  it('is worth no more reading once it has gone on too long, until it is admitted again', () => {
    const refusals = new Refusals();
    comesAgain(
      refusals,
      Array.from({ length: 15 }, () => 0),
    );
    expect(refusals.enough).toBe(false);
    comesAgain(refusals, [0]);
    expect(refusals.enough).toBe(true);
    refusals.admitted();
    expect(refusals.enough).toBe(false);
  });
});
