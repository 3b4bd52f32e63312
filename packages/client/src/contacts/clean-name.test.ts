import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName } from './clean-name.ts';

describe('names', () => {
  it('lose what could deceive, and nothing else', () => {
    expect(cleanName('  Åda \u202e🦉\n')).toBe('Åda 🦉');
    expect(cleanName('\u0000 \u2028')).toBeUndefined();
    expect(cleanName(undefined)).toBeUndefined();
  });

  it('are short, one line, and clean for good', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const name = cleanName(text);
        if (name === undefined) return;
        expect([...name].length).toBeLessThanOrEqual(64);
        expect(name).not.toMatch(/\p{Cc}/u);
        expect(cleanName(name)).toBe(name);
      }),
    );
  });
});
