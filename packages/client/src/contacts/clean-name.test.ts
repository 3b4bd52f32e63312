import { whyNoName } from '@sotto/identity';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName, foldName } from './clean-name.ts';

describe('names', () => {
  it('lose what could deceive, and nothing else', () => {
    expect(cleanName('  Åda \u202e🦉\n')).toBe('Åda 🦉');
    expect(cleanName('\u0000 \u2028')).toBeUndefined();
    expect(cleanName(undefined)).toBeUndefined();
  });

  it('are written in one way, and not with what nobody sees', () => {
    for (const disguise of [
      'Bo\u200bb',
      'B\u00adob',
      'Bob\u3164',
      '\u2800Bob',
      'Bo\u200db',
      'Bob\u{e0041}',
    ]) {
      expect(cleanName(disguise)).toBe('Bob');
    }
    expect(cleanName('Zoe\u0308 \u00a0 K')).toBe('Zoë K');
    expect(cleanName('\u3164\u115f')).toBeUndefined();
    expect(cleanName(`a${'\u0335'.repeat(60)}b`)).toBe(`a${'\u0335'.repeat(4)}b`);
    const useful = ['👩\u200d🔬', '❤\ufe0f', 'می\u200cخواهم'];
    for (const name of useful) expect(cleanName(name)).toBe(name);
  });

  it('are compared without regard to case, composition or the machine', () => {
    expect(foldName('ZOE\u0308')).toBe(foldName('zoë'));
    expect(foldName('TITO')).toBe(foldName('tito'));
  });

  it('are short, one line, and clean for good', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const name = cleanName(text);
        if (name === undefined) return;
        expect([...name].length).toBeLessThanOrEqual(64);
        expect(whyNoName(name)).toBeUndefined();
        expect(cleanName(name)).toBe(name);
      }),
      { numRuns: 1_000 },
    );
  });
});
