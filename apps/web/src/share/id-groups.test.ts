import { expect, it } from 'vitest';
import { idGroups } from './id-groups.ts';

it('puts an ID into eleven groups of six, and loses no digit', () => {
  const id = `05${'0123456789abcdef'.repeat(4)}`;
  const groups = idGroups(id);
  expect(groups).toHaveLength(11);
  expect(groups.every(({ length }) => length === 6)).toBe(true);
  expect(groups.join('')).toBe(id);
  expect(idGroups('')).toEqual([]);
});
