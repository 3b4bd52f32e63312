import { describe, expect, it } from 'vitest';
import { areRecoveryWords } from './looks-like-words.ts';

const words = 'abbey abducts ability ablaze abnormal abort abrasive absorb abyss academy aces aching acidic';
const list = new Set(words.split(' '));

describe('what is typed', () => {
  it('is recovery words when there are twelve or more, all of the list', () => {
    expect(areRecoveryWords(words, list)).toBe(true);
    expect(areRecoveryWords(words.split(' ').slice(0, 12).join(' '), list)).toBe(true);
    expect(areRecoveryWords(words.split(' ').slice(0, 11).join(' '), list)).toBe(false);
  });

  it('is recovery words in capitals, in lines and numbered too', () => {
    expect(areRecoveryWords(words.toUpperCase(), list)).toBe(true);
    const lines = words.split(' ').map((word, at) => `${at + 1}. ${word}`);
    expect(areRecoveryWords(lines.join('\n'), list)).toBe(true);
    expect(areRecoveryWords(words.replaceAll(' ', ', '), list)).toBe(true);
  });

  it('is a message when one word is of no list', () => {
    expect(areRecoveryWords(`${words} hello`, list)).toBe(false);
    expect(areRecoveryWords(`${words} 😀`, list)).toBe(false);
  });
});
