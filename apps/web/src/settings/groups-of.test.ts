import { expect, it } from 'vitest';
import { groupsOf } from './groups-of.ts';

it('cuts a text into groups and loses nothing', () => {
  expect(groupsOf('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  expect(groupsOf('abcd', 4)).toEqual(['abcd']);
  expect(groupsOf('', 4)).toEqual([]);
});
