import { describe, expect, it } from 'vitest';
import { LONGEST_READ_AGAIN, MAX_POSTPONED, MAX_POSTPONED_BYTES, REDELIVER_AFTER } from './limits.ts';
import { Postponed } from './postponed.ts';

/** As many as there is room for, and one more, which is let go. */
function fill(postponed: Postponed): void {
  for (let number = 0; number <= MAX_POSTPONED; number++) postponed.keep(`${number}`, 1);
}

describe('what could not be opened', () => {
  it('is kept up to a number and up to a length, and has its place until it is committed', () => {
    const clock = { now: () => 0 };
    const many = new Postponed(clock);
    fill(many);
    expect([many.isLetGo('0'), many.isLetGo(`${MAX_POSTPONED}`)]).toEqual([false, true]);
    expect([many.keep('0', 1), many.keep('another', 1)]).toEqual([true, false]);
    many.committed('0');
    expect(many.keep('another', 1)).toBe(true);

    const long = new Postponed(clock);
    expect(long.keep('long', MAX_POSTPONED_BYTES)).toBe(true);
    expect(long.keep('short', 1)).toBe(false);
    long.committed('long');
    expect(long.keep('long again', MAX_POSTPONED_BYTES)).toBe(true);
  });

  it('and was let go is read again soon, then less and less often, and soon again when one went through', () => {
    let now = 0;
    const postponed = new Postponed({ now: () => now });
    const waited = () => {
      postponed.keep('one more', 1);
      const since = now;
      while (!postponed.readAgain() && now - since < 3_600_000) now += 1_000;
      return now - since;
    };
    expect(postponed.readAgain()).toBe(false);
    fill(postponed);
    const pauses = Array.from({ length: 7 }, waited);
    expect(pauses.slice(0, 3)).toEqual([REDELIVER_AFTER, 2 * REDELIVER_AFTER, 4 * REDELIVER_AFTER]);
    expect(pauses.at(-1)).toBe(LONGEST_READ_AGAIN);
    expect([postponed.someLetGo, postponed.readAgain()]).toEqual([false, false]);
    postponed.committed('0');
    postponed.keep('a', 1);
    postponed.keep('b', 1);
    expect(waited()).toBe(REDELIVER_AFTER);
  });

  it('and was let go is read again after no longer than that, whatever the clock does', () => {
    let now = 1_000_000_000;
    const postponed = new Postponed({ now: () => now });
    fill(postponed);
    now -= 86_400_000;
    expect(postponed.readAgain()).toBe(true);
    postponed.keep('one more', 1);
    expect(postponed.readAgain()).toBe(false);
    now += 2 * REDELIVER_AFTER;
    expect(postponed.readAgain()).toBe(true);
  });
});
