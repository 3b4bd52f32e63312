import { describe, expect, it } from 'vitest';
import { makePlan } from './make-plan.ts';
import { FAULTS, type Size } from './types.ts';

const size: Size = { people: [3, 6], nodes: [9, 21], lasts: 60_000, every: 1_000, faults: FAULTS };
const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe('a plan', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(makePlan(7, size)).toEqual(makePlan(7, size));
    expect(makePlan(7, size)).not.toEqual(makePlan(8, size));
  });

  it('is a world of the wanted size, in which everybody talks and every road is taken', () => {
    for (const seed of seeds) {
      const { people, swarms, chats } = makePlan(seed, size);
      const nodes = swarms.reduce((sum, members) => sum + members, 0);
      expect(people).toBeGreaterThanOrEqual(3);
      expect(people).toBeLessThanOrEqual(6);
      expect(nodes).toBeGreaterThanOrEqual(9);
      expect(nodes).toBeLessThanOrEqual(21);
      expect(Math.min(...swarms)).toBeGreaterThanOrEqual(3);
      expect(new Set(chats.flatMap((chat) => chat.people)).size).toBe(people);
      expect(new Set(chats.map(({ road }) => road)).size).toBe(3);
      expect(new Set(chats.map((chat) => chat.people.join())).size).toBe(chats.length);
    }
  });

  it('knows every fault, and does no two things to one target at once', () => {
    for (const seed of seeds) {
      const { faults } = makePlan(seed, size);
      expect(new Set(faults.map(({ fault }) => fault))).toEqual(new Set(FAULTS));
      for (const one of faults) {
        const others = faults.filter((other) => other !== one && other.target === one.target);
        expect(others.some(({ at, lasts }) => at <= one.at && one.at < at + lasts)).toBe(false);
      }
    }
  });
});
