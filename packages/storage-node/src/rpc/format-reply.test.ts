import { fromUtf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReply } from './format-reply.ts';
import { base32z } from './swarm-object.ts';

const textOf = (body: Parameters<typeof formatReply>[0]['body']) =>
  fromUtf8(formatReply({ status: 200, body }));

describe('a reply', () => {
  it('writes 64 bits as bare digits', () => {
    expect(textOf({ swarm_id: 2n ** 64n - 1n, other: ['7', 7n] })).toBe(
      '{"swarm_id":18446744073709551615,"other":["7",7]}',
    );
  });

  it('is JSON of what was said, whatever texts are in it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(JSON.parse(textOf({ text, id: 5n }))).toEqual({ text, id: 5 });
      }),
      { numRuns: 50 },
    );
  });

  it('of words is the words', () => {
    expect(textOf('no method x')).toBe('no method x');
  });
});

describe('base32z', () => {
  it('writes five bits a sign', () => {
    expect(base32z(new Uint8Array(0))).toBe('');
    // Examples of the encoding's own description: 11110000 10111111 11000111 is "6n9hq".
    expect(base32z(Uint8Array.of(0xf0, 0xbf, 0xc7))).toBe('6n9hq');
    expect(base32z(Uint8Array.of(0xd4, 0x7a, 0x04))).toBe('4t7ye');
    expect(base32z(new Uint8Array(32))).toBe('y'.repeat(52));
  });
});
