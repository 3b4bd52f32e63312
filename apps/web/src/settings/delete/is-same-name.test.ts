import { expect, it } from 'vitest';
import { isSameName } from './is-same-name.ts';

it.each([
  ['Zoë', 'Zoe\u0308', true],
  [' Alice ', 'Alice', true],
  ['alice', 'Alice', false],
  ['Alic', 'Alice', false],
  ['', '', false],
])('compares %j with %j', (typed, name, same) => {
  expect(isSameName(typed, name)).toBe(same);
});
