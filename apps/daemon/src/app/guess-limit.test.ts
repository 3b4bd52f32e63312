import { expect, it } from 'vitest';
import { GuessLimit } from './guess-limit.ts';

it('lets a person mistype, and then makes each wrong one wait longer', () => {
  let now = 1_000;
  const guesses = new GuessLimit(() => now);
  const waitAfterWrong = (): number => {
    guesses.check();
    guesses.wrong();
    const from = now;
    for (;;) {
      try {
        guesses.check();
        return now - from;
      } catch (error) {
        expect(error).toMatchObject({ code: 'busy' });
        now += 1_000;
      }
    }
  };
  expect(Array.from({ length: 8 }, waitAfterWrong)).toEqual([0, 0, 0, 0, 5_000, 10_000, 20_000, 40_000]);
  for (let count = 0; count < 10; count++) expect(waitAfterWrong()).toBeLessThanOrEqual(15 * 60_000);
  guesses.right();
  expect(waitAfterWrong()).toBe(0);
});
