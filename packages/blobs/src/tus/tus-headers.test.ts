import { describe, expect, it } from 'vitest';
import { parseChecksum, parseCount, parseFilename } from './tus-headers.ts';

describe('headers of TUS', () => {
  it('count in digits', () => {
    expect(parseCount('0')).toBe(0);
    expect(parseCount('104857600')).toBe(104_857_600);
    for (const text of [undefined, '', ' 1', '-1', '+1', '1.0', '1e3', '0x1', '9'.repeat(16), '١']) {
      expect(parseCount(text)).toBeUndefined();
    }
  });

  it('name a file among other metadata', () => {
    const read = { outcome: 'read', value: 'abc' };
    expect(parseFilename('filename YWJj')).toEqual(read);
    expect(parseFilename('is_confidential,filename YWJj,other eA==')).toEqual(read);
    expect(parseFilename('other eA==, filename YWJj')).toEqual(read);
    expect(parseFilename('filename')).toEqual({ outcome: 'read', value: '' });
    for (const text of [undefined, '', ',', 'filenames YWJj', 'other eA==']) {
      expect(parseFilename(text)).toEqual({ outcome: 'none' });
    }
    for (const text of ['filename *', 'filename gA=='])
      expect(parseFilename(text)).toEqual({ outcome: 'bad' });
  });

  it('have a SHA-256 of 32 bytes or none', () => {
    const sum = Buffer.alloc(32, 7);
    expect(parseChecksum(sum.toString('base64'))).toEqual({ outcome: 'read', value: new Uint8Array(sum) });
    expect(parseChecksum(undefined)).toEqual({ outcome: 'none' });
    for (const text of ['', 'AAAA', '?', Buffer.alloc(33).toString('base64')]) {
      expect(parseChecksum(text)).toEqual({ outcome: 'bad' });
    }
  });
});
