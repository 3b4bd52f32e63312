import { utf8 } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { saltedHash, verifySaltedHash } from './salted-hash.ts';

describe('salted hash', () => {
  it('has the form of the reference and opens for its password only', () => {
    const stored = saltedHash(utf8('correct'));
    expect(stored.hash).toMatch(/^2\.[0-9a-f]{64}$/);
    expect(stored.salt).toMatch(/^[0-9a-f]{32}$/);
    expect(verifySaltedHash(utf8('correct'), stored)).toBe(true);
    expect(verifySaltedHash(utf8('incorrect'), stored)).toBe(false);
    expect(saltedHash(utf8('correct')).hash).not.toBe(stored.hash);
  });
});
