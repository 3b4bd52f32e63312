import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRange } from './parse-range.ts';

describe('a range', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-99', 0, 99],
    ['bytes=0-', 0, 99],
    ['bytes=99-', 99, 99],
    ['bytes=10-1000', 10, 99],
    ['bytes=-1', 99, 99],
    ['bytes=-100', 0, 99],
    ['bytes=-1000', 0, 99],
    [' bytes=5-6 ', 5, 6],
  ])('%j of a hundred bytes is a part', (header, first, last) => {
    expect(parseRange(header, 100)).toEqual({ outcome: 'part', range: { first, last } });
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=999999999999999-', 'bytes=-0'])(
    '%j of a hundred bytes is outside',
    (header) => {
      expect(parseRange(header, 100)).toEqual({ outcome: 'outside' });
    },
  );

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=2-1',
    'bytes=0-1,5-6',
    'bytes=0x1-2',
    'bytes=+1-2',
    'bytes= 1-2',
    'bytes=1-2-3',
    'lines=1-2',
    'bytes=9999999999999999-',
  ])('%j is left aside', (header) => {
    expect(parseRange(header, 100)).toEqual({ outcome: 'whole' });
  });

  it('of nothing is outside, whatever it is', () => {
    expect(parseRange('bytes=0-', 0)).toEqual({ outcome: 'outside' });
    expect(parseRange('bytes=-5', 0)).toEqual({ outcome: 'outside' });
  });

  it('lies inside what it is a part of', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,4}-\d{0,4}$/));
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 5_000 }), (header, size) => {
        const parsed = parseRange(header, size);
        if (parsed.outcome !== 'part') return;
        const { first, last } = parsed.range;
        expect(0 <= first && first <= last && last < size).toBe(true);
      }),
    );
  });
});
