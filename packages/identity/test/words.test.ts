import { fromHex, toHex } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveAccount,
  formatAccountId,
  type Seed,
  seedFromBytes,
  seedToWords,
  type WordsError,
  wordsToSeed,
} from '../src/index.ts';
import { ENGLISH_WORDS } from '../src/words-english.ts';
import { type ComputedVectors, type PublishedVectors, readVectors } from './_vectors.ts';

const published = readVectors<PublishedVectors>('published.json');
const computed = readVectors<ComputedVectors>('computed.json');
const phrase = 'puffin luxury annoyed rustled memoir faxed smidgen puddle kiwi nylon utopia zinger kiwi';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(seedFromBytes);
const position = fc.nat({ max: 24 });

function seedOf(text: string): Seed {
  const read = wordsToSeed(text);
  if (read.outcome !== 'seed') throw new Error(`refused: ${read.error.kind}`);
  return read.seed;
}

function errorOf(text: string): WordsError {
  const read = wordsToSeed(text);
  if (read.outcome !== 'error') throw new Error('these words were taken');
  return read.error;
}

describe('published 13-word phrases', () => {
  it.each(published.phrases)('$words', ({ words, seed, account }) => {
    expect(wordsToSeed(words)).toMatchObject({ outcome: 'seed', imported: true });
    const read = seedOf(words);
    if (seed !== undefined) expect(toHex(read)).toBe(seed);
    expect(formatAccountId(deriveAccount(read).account)).toBe(account);
    expect(seedToWords(read).join(' ')).toBe(words);
  });
});

describe('25-word phrases computed without this code', () => {
  it.each(computed.accounts)('$words', ({ seed, words }) => {
    expect(seedToWords(seedFromBytes(fromHex(seed))).join(' ')).toBe(words);
    expect(wordsToSeed(words)).toMatchObject({ outcome: 'seed', imported: false });
    expect(toHex(seedOf(words))).toBe(seed);
  });
});

describe('reading words', () => {
  it('brings every seed back, with any white space, case and width', () => {
    const spaces = fc.array(fc.constantFrom(' ', '\n', '\t', '  ', '\u3000'), {
      minLength: 25,
      maxLength: 25,
    });
    fc.assert(
      fc.property(seeds, spaces, fc.boolean(), (seed, gaps, wide) => {
        const words = seedToWords(seed);
        const text = words
          .map((word, index) => (wide ? widen(word) : word.toUpperCase()) + gaps[index])
          .join('');
        expect(seedOf(`\n${text}`)).toEqual(seed);
      }),
      { numRuns: 50 },
    );
  });

  it('takes three letters or more for a word', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 3, max: 12 }), (seed, letters) => {
        const text = seedToWords(seed)
          .map((word) => word.slice(0, letters))
          .join(' ');
        expect(seedOf(text)).toEqual(seed);
      }),
      { numRuns: 50 },
    );
  });

  it('counts', () => {
    const words = phrase.split(' ');
    expect(errorOf('')).toEqual({ kind: 'too-few-words', count: 0 });
    expect(errorOf(words.slice(1).join(' '))).toEqual({ kind: 'too-few-words', count: 12 });
    expect(errorOf(`${phrase} kiwi`)).toEqual({ kind: 'too-few-words', count: 14 });
    expect(errorOf(`${phrase} ${phrase}`)).toEqual({ kind: 'too-many-words', count: 26 });
  });

  it('names a mistyped word, its place and what was meant', () => {
    expect(errorOf(phrase.replace('puddle', 'pudle'))).toEqual({
      kind: 'mistyped-word',
      position: 8,
      word: 'pudle',
      suggestion: 'puddle',
    });
    // One letter away from `abbey`, though it begins like `ablaze`.
    expect(errorOf(phrase.replace('luxury', 'abley'))).toMatchObject({ position: 2, suggestion: 'abbey' });
  });

  it('names an unknown word, its place and what is near', () => {
    expect(errorOf(phrase.replace('memoir', 'emmoir'))).toEqual({
      kind: 'unknown-word',
      position: 5,
      word: 'emmoir',
      suggestions: ['memoir'],
    });
    expect(errorOf(phrase.replace('memoir', 'me'))).toMatchObject({ kind: 'unknown-word', position: 5 });
    expect(errorOf(phrase.replace('memoir', 'q'.repeat(5000)))).toMatchObject({
      word: 'q'.repeat(24),
      suggestions: [],
    });
  });

  it('names three words that stand for nothing', () => {
    // The last word three times is 1625 + 0 + 0; these three are 1625 + 1625·1626 + 1625·1626² > 2³².
    const group = [ENGLISH_WORDS[1625], ENGLISH_WORDS[1624], ENGLISH_WORDS[1623]];
    const words = [...'puffin luxury annoyed'.split(' '), ...group, ...phrase.split(' ').slice(6)];
    expect(errorOf(words.join(' '))).toEqual({ kind: 'bad-group', position: 4, words: group });
  });

  it('names a checksum that does not go with the rest', () => {
    expect(errorOf(phrase.replace(/kiwi$/, 'nylon'))).toEqual({
      kind: 'bad-checksum',
      position: 13,
      word: 'nylon',
    });
  });

  it('finds every word that is not in the list, and where', () => {
    const wrong = fc.stringMatching(/^[a-z]{3,10}$/).filter((word) => !isListed(word));
    fc.assert(
      fc.property(seeds, position, wrong, (seed, index, word) => {
        const words = seedToWords(seed).with(index, word);
        expect(errorOf(words.join(' '))).toMatchObject({ position: index + 1, word });
      }),
      { numRuns: 100 },
    );
  });

  it('never reads an exchanged word as the same seed', () => {
    const other = fc.constantFrom(...ENGLISH_WORDS);
    fc.assert(
      fc.property(seeds, position, other, (seed, index, word) => {
        const words = seedToWords(seed);
        fc.pre(words[index] !== word);
        const read = wordsToSeed(words.with(index, word).join(' '));
        if (read.outcome === 'seed') expect(read.seed).not.toEqual(seed);
        // The checksum word itself is always noticed.
        if (index === 24) expect(read).toMatchObject({ error: { kind: 'bad-checksum', word } });
      }),
      { numRuns: 200 },
    );
  });

  it('answers any text with a value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(wordsToSeed(text).outcome).toBe('error');
      }),
      { numRuns: 100 },
    );
  });
});

/** Full-width letters, as an East Asian keyboard may give them. */
function widen(word: string): string {
  return [...word].map((letter) => String.fromCodePoint((letter.codePointAt(0) as number) + 0xfee0)).join('');
}

function isListed(word: string): boolean {
  return ENGLISH_WORDS.some((listed) => listed.startsWith(word));
}
