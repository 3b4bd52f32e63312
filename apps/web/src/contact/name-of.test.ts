import { expect, it } from 'vitest';
import { isolated } from './name-of.ts';

it('lets no name turn or leave its place in a sentence', () => {
  expect(isolated('مريم')).toBe('\u2068مريم\u2069');
  expect(isolated('\u202eevil\u2069 \u200fx\u061c')).toBe('\u2068evil x\u2069');
});
