import { concatBytes, utf8 } from '@sotto/bytes';
import { createSeededRandom } from '@sotto/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLetter, writeLetter } from './request-letter.ts';

const NOW = 1_800_000_000_000;
const TO = new Uint8Array(33).fill(5);

function write(to = TO, sealed = utf8('sealed')) {
  const { signal } = new AbortController();
  return writeLetter({ to, sealed }, { now: () => NOW, random: createSeededRandom(1).bytes, signal });
}

describe('a letter to a stranger', () => {
  it('carries the sealed message and the work for it', async () => {
    const letter = await write();
    expect(readLetter(TO, letter)).toEqual(utf8('sealed'));
  });

  it('is worth nothing to another recipient, with other contents or without its work', async () => {
    const letter = await write();
    expect(readLetter(new Uint8Array(33).fill(6), letter)).toBeUndefined();
    const altered = letter.slice();
    altered[altered.length - 1] = 0;
    expect(readLetter(TO, altered)).toBeUndefined();
    expect(readLetter(TO, concatBytes(Uint8Array.of(1, 0), utf8('sealed')))).toBeUndefined();
    const cheap = utf8('v1.30000000.AAAAAAAAAAAAAAAA');
    expect(readLetter(TO, concatBytes(Uint8Array.of(1, cheap.length), cheap, utf8('x')))).toBeUndefined();
  });

  it('is nothing when it is any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (garbage) => {
        expect(readLetter(TO, new Uint8Array(garbage))).toBeUndefined();
        expect(readLetter(TO, new Uint8Array([1, ...garbage]))).toBeUndefined();
      }),
    );
  });
});
