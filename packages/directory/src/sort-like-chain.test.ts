import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forming } from '../test/_forming.ts';
import { sortLikeChain } from './sort-like-chain.ts';

function orderOf(sizes: readonly number[]): readonly number[] {
  const placed = sizes.map((size, place) => ({ size, place }));
  return sortLikeChain(placed, ({ size }) => size).map(({ place }) => place);
}

describe('sorting with the ties of the chain', () => {
  it.each(forming.sorting.cases.map((one, index) => ({ ...one, index, count: one.sizes.length })))(
    'case $index of $count sizes is as the library has it',
    ({ sizes, order }) => {
      expect(orderOf(sizes)).toEqual(order);
    },
  );

  it('sorts, whatever it is given', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 300 }), (sizes) => {
        expect(sortLikeChain(sizes, (size) => size)).toEqual(sizes.toSorted((left, right) => left - right));
      }),
    );
  });
});
