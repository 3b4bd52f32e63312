import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitPage } from './fit-page.ts';

const item = (bytes: number) => ({ text: 'x'.repeat(bytes - 11) });

it('holds what is next to its anchor, and no more than fits', () => {
  const items = Array.from({ length: 5 }, () => item(99));
  expect(fitPage(items, 4, 1_000)).toEqual({ from: 0, to: 5 });
  expect(fitPage(items, 4, 300)).toEqual({ from: 2, to: 5 });
  expect(fitPage(items, 0, 300)).toEqual({ from: 0, to: 3 });
  expect(fitPage(items, 2, 300)).toEqual({ from: 1, to: 4 });
  expect(fitPage(items, 2, 10)).toEqual({ from: 2, to: 3 });
  expect(fitPage([], 0)).toEqual({ from: 0, to: 0 });
});

it('always holds the anchor, and more only within the limit', () => {
  const sizes = fc.array(fc.integer({ min: 11, max: 400 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(sizes, fc.nat(), fc.integer({ min: 1, max: 3_000 }), (bytes, place, limit) => {
      const items = bytes.map(item);
      const anchor = place % items.length;
      const { from, to } = fitPage(items, anchor, limit);
      expect(from <= anchor && anchor < to).toBe(true);
      const total = bytes.slice(from, to).reduce((sum, each) => sum + each + 1, 0);
      expect(total <= limit || to - from === 1).toBe(true);
    }),
  );
});
