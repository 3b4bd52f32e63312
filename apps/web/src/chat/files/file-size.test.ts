import { expect, it } from 'vitest';
import { fileSize } from './file-size.ts';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_500, '1.5 kB'],
  [72_400, '72 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [104_857_600, '105 MB'],
])('says %i bytes as %s', (bytes, text) => {
  expect(fileSize(bytes, 'en')).toBe(text);
});

it('in the language of the page', () => {
  expect(fileSize(1_500, 'de')).toBe('1,5 kB');
  expect(fileSize(1_500, 'ar-EG')).toContain('١');
});
