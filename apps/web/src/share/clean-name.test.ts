import { expect, it } from 'vitest';
import { cleanName } from './clean-name.ts';

it('shows of a claimed name what is a name', () => {
  expect(cleanName(' Zoë  & co ')).toBe('Zoë & co');
  expect(cleanName('مريم')).toBe('مريم');
  expect(cleanName('\u202eevil\u2066\u0000\n\u200b')).toBe('evil');
  expect(cleanName(`Z${'\u0301'.repeat(900)}`)).toBe(`Ź${'\u0301'.repeat(4)}`);
  expect(cleanName('a'.repeat(1_000))).toHaveLength(64);
  expect(cleanName('\u202e \u2800')).toBeUndefined();
});
