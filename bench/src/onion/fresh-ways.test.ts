import { expect, it } from 'vitest';
import { freshWays } from './fresh-ways.ts';
import { WORN } from './onion-asker.ts';

it('knows every way once, none through a node twice, and not the one that is worn', () => {
  const ways = freshWays(5);
  expect(ways).toHaveLength(4 * 3 * 2 - 1);
  expect(new Set(ways.map(String)).size).toBe(ways.length);
  for (const way of ways) {
    expect(new Set(way).size).toBe(4);
    expect(way[0]).toBe(WORN[0]);
  }
  expect(ways.map(String)).not.toContain(String(WORN));
});
