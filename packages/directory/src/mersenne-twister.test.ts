import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forming } from '../test/_forming.ts';
import { MersenneTwister, RANDOM_MAX } from './mersenne-twister.ts';

describe('the random numbers of the chain', () => {
  it.each(forming.random.draws)('are those of seed $seed: number $number', ({ seed, number, value }) => {
    const random = new MersenneTwister(BigInt(seed));
    for (let drawn = 1; drawn < number; drawn++) random.next();
    expect(random.next()).toBe(BigInt(value));
  });

  it('choose by which part of all numbers one falls into, not by its remainder', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: RANDOM_MAX }),
        fc.integer({ min: 1, max: 2000 }),
        (seed, choices) => {
          const first = new MersenneTwister(seed).next();
          const share = RANDOM_MAX / BigInt(choices);
          const chosen = new MersenneTwister(seed).choose(choices);
          expect(chosen).toBeLessThan(choices);
          // One in 2^50 or so is drawn again, which this would be told by.
          expect(BigInt(chosen)).toBe(first / share);
        },
      ),
    );
  });
});
