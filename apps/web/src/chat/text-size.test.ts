import { describe, expect, it } from 'vitest';
import { bytesLeft, MAX_TEXT_BYTES, shortened } from './text-size.ts';

describe('the size of what is typed', () => {
  it('is told near the limit only', () => {
    expect(bytesLeft('', 0)).toBeUndefined();
    expect(bytesLeft('x'.repeat(59_000), 0)).toBeUndefined();
    expect(bytesLeft('x'.repeat(MAX_TEXT_BYTES - 10), 0)).toBe(10);
    expect(bytesLeft('x'.repeat(MAX_TEXT_BYTES + 7), 0)).toBe(-7);
  });

  it('has half the room beside files', () => {
    expect(bytesLeft('x'.repeat(27_000), 1)).toBeUndefined();
    expect(bytesLeft('x'.repeat(32_768), 1)).toBe(0);
    expect(bytesLeft('x'.repeat(40_000), 2)).toBe(-7_232);
    expect(bytesLeft('x'.repeat(40_000), 0)).toBeUndefined();
  });

  it('is counted in bytes', () => {
    expect(bytesLeft('م'.repeat(32_768), 0)).toBe(0);
    expect(bytesLeft('😀'.repeat(16_385), 0)).toBe(-4);
  });
});

describe('a long text', () => {
  it('is shown in its beginning', () => {
    expect(shortened('x'.repeat(4_000))).toHaveLength(2_000);
    expect(shortened('line\n'.repeat(100))?.split('\n')).toHaveLength(30);
    expect(shortened('short')).toBeUndefined();
    expect(shortened('x'.repeat(2_100))).toBeUndefined();
  });

  it('is not cut in the middle of a character', () => {
    expect(shortened(`x${'😀'.repeat(2_000)}`)?.endsWith('😀')).toBe(true);
  });
});
