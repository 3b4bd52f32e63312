import { expect, it } from 'vitest';
import { choices } from './choices.ts';

it('are as many as there are, and no two the same', () => {
  for (const [of, count, expected] of [
    [7, 4, 35],
    [7, 5, 21],
    [7, 0, 1],
    [3, 3, 1],
    [2, 3, 0],
  ] as const) {
    const all = choices(of, count);
    expect(new Set(all.map((chosen) => chosen.join())).size).toBe(expected);
    expect(all.every((chosen) => new Set(chosen).size === count && chosen.every((each) => each < of))).toBe(
      true,
    );
  }
});
