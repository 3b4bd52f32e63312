import { expect, it } from 'vitest';
import { digitGroups, spelled } from './digit-groups.ts';

it('puts sixty digits into twelve groups of five, and loses none', () => {
  const digits = '01234567890123456789012345678901234567890123456789012345678x';
  const groups = digitGroups(digits);
  expect(groups).toHaveLength(12);
  expect(groups.every(({ length }) => length === 5)).toBe(true);
  expect(groups.join('')).toBe(digits);
  expect(digitGroups('')).toEqual([]);
});

it('spells a group', () => {
  expect(spelled('01234')).toBe('0 1 2 3 4');
});
