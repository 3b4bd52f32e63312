import { expect, it } from 'vitest';
import { fairRandom, pickTwo } from './pick-two.ts';

it('asks for two different words, both of the phrase, the earlier one first', () => {
  const pairs = new Set<string>();
  for (let first = 0; first < 5; first++) {
    for (let second = 0; second < 4; second++) {
      const numbers = [first / 5 + 0.05, second / 4 + 0.05];
      const [one, other] = pickTwo(5, () => numbers.shift() ?? 0);
      expect(one).toBeGreaterThanOrEqual(1);
      expect(other).toBeLessThanOrEqual(5);
      expect(one).toBeLessThan(other);
      pairs.add(`${one} ${other}`);
    }
  }
  // Every pair of five comes up.
  expect(pairs.size).toBe(10);
});

it('takes the last place too, and stays below 1', () => {
  expect(pickTwo(25, () => 0.999999)).toEqual([24, 25]);
  for (let at = 0; at < 100; at++) {
    const number = fairRandom();
    expect(number).toBeGreaterThanOrEqual(0);
    expect(number).toBeLessThan(1);
  }
});
