import { describe, expect, it } from 'vitest';
import { bytesLeft, MAX_TEXT_BYTES, shortened } from './text-size.ts';

describe('the size of what is typed', () => {
  it('is told near the limit only', () => {
    expect(bytesLeft('')).toBeUndefined();
    expect(bytesLeft('x'.repeat(59_000))).toBeUndefined();
    expect(bytesLeft('x'.repeat(MAX_TEXT_BYTES - 10))).toBe(10);
    expect(bytesLeft('x'.repeat(MAX_TEXT_BYTES + 7))).toBe(-7);
  });

  it('is counted in bytes', () => {
    expect(bytesLeft('م'.repeat(32_768))).toBe(0);
    expect(bytesLeft('😀'.repeat(16_385))).toBe(-4);
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
