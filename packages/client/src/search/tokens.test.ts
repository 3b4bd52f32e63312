import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tokensOf } from './tokens.ts';

it('finds the same words in a text of ASCII, whatever stands behind it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 80 }), (text) => {
      const behind = tokensOf(`${text} né`);
      expect(tokensOf(text)).toEqual(behind.slice(0, -1));
      expect(behind.at(-1)?.word).toBe('ne');
    }),
    { numRuns: 300 },
  );
});

it('parts words at signs, and knows where in the text they stand', () => {
  expect(tokensOf('It’s #1: A-b.')).toEqual([
    { word: 'it', from: 0, ends: [1, 2] },
    { word: 's', from: 3, ends: [4] },
    { word: '1', from: 6, ends: [7] },
    { word: 'a', from: 9, ends: [10] },
    { word: 'b', from: 11, ends: [12] },
  ]);
  expect(tokensOf('It #1').map(({ word }) => word)).toEqual(['it', '1']);
});
