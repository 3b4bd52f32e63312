import { randomBytes } from '@sotto/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TagSet, tagOf } from './tag-set.ts';

describe('a set of tags', () => {
  it('has what was added and nothing else, also when many tags begin alike', () => {
    // Two values for each word: nearly all collide, and some are added twice.
    const word = fc.constantFrom(0, 7);
    const tag = fc
      .tuple(word, word, word, fc.nat(40))
      .filter((words) => words.some((value) => value !== 0))
      .map((words) => Uint32Array.from(words));
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 200 }), fc.array(tag), (added, others) => {
        const set = new TagSet();
        for (const one of added) set.add(one);
        const known = new Set(added.map(String));
        expect(set.size).toBe(known.size);
        for (const one of [...added, ...others]) expect(set.has(one)).toBe(known.has(String(one)));
      }),
      { numRuns: 50 },
    );
  });

  it('grows', () => {
    const set = new TagSet();
    const bytes = randomBytes(16 * 5_000);
    const tags = Array.from({ length: 5_000 }, (_, index) => tagOf(bytes, 16 * index));
    for (const tag of tags) set.add(tag);
    expect(set.size).toBe(5_000);
    expect(tags.every((tag) => set.has(tag))).toBe(true);
    expect(set.has(tagOf(randomBytes(16)))).toBe(false);
  });

  it('takes a tag of zeros for one that it has: it cannot be told from a free slot', () => {
    expect(new TagSet().has(tagOf(new Uint8Array(16)))).toBe(true);
  });
});
