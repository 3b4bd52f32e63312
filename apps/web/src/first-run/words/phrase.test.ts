import { describe, expect, it } from 'vitest';
import { diagnosePhrase, joinPhrase, replaceWord, splitPhrase, wordAt } from './phrase.ts';
import { completions, makeWordList } from './word-list.ts';

const list = makeWordList(['abbey', 'abducts', 'ability', 'baby', 'bacon', 'axes', 'eat', 'icon']);
const phraseOf = (count: number) => Array.from({ length: count }, () => 'baby').join(' ');

describe('splitting what was pasted', () => {
  it.each([
    ['abbey bacon  baby', 'abbey bacon baby'],
    ['  Abbey\n\tBACON\u00a0baby\n', 'abbey bacon baby'],
    ['1. abbey 2. bacon 3. baby.', 'abbey bacon baby'],
    ['1 abbey\n2 bacon\n3 baby', 'abbey bacon baby'],
    ['1)abbey, 2)bacon; 3)baby', 'abbey bacon baby'],
    ['ａｂｂｅｙ bacon', 'abbey bacon'],
    [' \n ', ''],
  ])('reads %j', (text, words) => {
    expect(joinPhrase(text)).toBe(words);
  });

  it('knows where each word stands', () => {
    const text = '1. abbey, 2.bacon';
    for (const { word, start, end } of splitPhrase(text)) expect(text.slice(start, end)).toBe(word);
  });
});

describe('completing a word', () => {
  it('offers words that begin like it, in order, and none for a finished one', () => {
    expect(completions(list, 'ab', 2)).toEqual(['abbey', 'abducts']);
    expect(completions(list, 'abb', 5)).toEqual(['abbey']);
    expect(completions(list, 'abbey', 5)).toEqual([]);
    expect(completions(list, '', 5)).toEqual([]);
    expect(completions(list, 'x', 5)).toEqual([]);
  });

  it('finds the word at the caret, in the middle too', () => {
    const text = 'baby ab bacon';
    expect(wordAt(text, 7)?.word).toBe('ab');
    expect(wordAt(text, 6)?.word).toBe('ab');
    expect(wordAt(text, 5)).toBeUndefined();
    expect(wordAt('', 0)).toBeUndefined();
  });

  it('puts it in with one space behind, whatever follows', () => {
    const inside = { word: 'ab', start: 5, end: 7 };
    expect(replaceWord('baby ab bacon', inside, 'abbey')).toEqual({ text: 'baby abbey bacon', caret: 11 });
    expect(replaceWord('baby ab', inside, 'abbey')).toEqual({ text: 'baby abbey ', caret: 11 });
  });
});

describe('diagnosing a phrase', () => {
  it('does not look for what was meant with every word of a long text', () => {
    // As many words as the field takes; to find what one of them was meant to be costs a look at every word there is.
    const real = makeWordList(Array.from({ length: 1626 }, (_, index) => `word${index}`));
    const { problems } = diagnosePhrase('wrd1 '.repeat(800), real);
    expect(problems).toHaveLength(800);
    expect(problems.map(({ suggestions }) => suggestions.length > 0).lastIndexOf(true)).toBe(2);
  });

  it('names unknown words by number, with what may be meant', () => {
    const { problems, complete } = diagnosePhrase('abbey bacn abducks qqqq', list);
    expect(problems).toEqual([
      { position: 2, word: 'bacn', suggestions: ['bacon', 'baby'] },
      { position: 3, word: 'abducks', suggestions: ['abducts'] },
      { position: 4, word: 'qqqq', suggestions: [] },
    ]);
    expect(complete).toBe(false);
  });

  it('takes the first three letters for the word, as the reader of phrases does', () => {
    expect(diagnosePhrase('abb bac eat', list).problems).toEqual([]);
    expect(diagnosePhrase('ab', list).problems).toHaveLength(1);
  });

  it('lets the word at the caret be while it may become one, and no longer', () => {
    expect(diagnosePhrase('abbey a', list, 7).problems).toEqual([]);
    expect(diagnosePhrase('abbey a ', list, 8).problems).toHaveLength(1);
    expect(diagnosePhrase('abbey aq', list, 8).problems).toHaveLength(1);
  });

  it('is complete with 25 words, and with 13 of Session', () => {
    expect(diagnosePhrase(phraseOf(25), list)).toMatchObject({ count: 25, wanted: 25, complete: true });
    expect(diagnosePhrase(phraseOf(13), list)).toMatchObject({
      wanted: 13,
      complete: true,
      fromSession: true,
    });
    for (const count of [0, 12, 14, 24, 26]) {
      expect(diagnosePhrase(phraseOf(count), list)).toMatchObject({ count, wanted: 25, complete: false });
    }
    expect(diagnosePhrase(`${phraseOf(24)} ba`, list, phraseOf(24).length + 3).complete).toBe(false);
  });
});
