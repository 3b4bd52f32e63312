import { concatBytes, utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalApiError } from './errors.ts';
import { MAX_LINE_BYTES } from './limits.ts';
import { LineSplitter, lineBytes } from './split-lines.ts';

const lineText = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '));

describe('LineSplitter', () => {
  it('gives the same lines however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(lineText), fc.array(fc.nat(40)), (lines, cuts) => {
        const stream = utf8(lines.map((line) => `${line}\n`).join(''));
        const splitter = new LineSplitter();
        const seen: string[] = [];
        let offset = 0;
        for (const cut of [...cuts, stream.length]) {
          seen.push(...splitter.push(stream.subarray(offset, offset + cut)));
          offset = Math.min(stream.length, offset + cut);
        }
        expect(seen).toEqual(lines.filter((line) => line !== ''));
      }),
      { numRuns: 100 },
    );
  });

  it('throws nothing but LocalApiError on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
        const splitter = new LineSplitter();
        try {
          for (const piece of pieces) splitter.push(piece);
        } catch (error) {
          expect(error).toBeInstanceOf(LocalApiError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes a line at the limit and refuses one byte more, before the line ends', () => {
    const full = new Uint8Array(MAX_LINE_BYTES).fill(0x61);
    expect(new LineSplitter().push(concatBytes(full, utf8('\n')))).toHaveLength(1);
    const splitter = new LineSplitter();
    splitter.push(full);
    expect(() => splitter.push(utf8('a'))).toThrow(expect.objectContaining({ code: 'line-too-long' }));
  });

  it('takes a line in hundreds of thousands of pieces', () => {
    const splitter = new LineSplitter();
    const piece = utf8('a');
    for (let pieces = 0; pieces < 300_000; pieces++) splitter.push(piece);
    expect(splitter.push(utf8('\nb\n'))).toEqual(['a'.repeat(300_000), 'b']);
  });

  it('keeps what it holds when the caller uses its buffer again', () => {
    const splitter = new LineSplitter();
    const buffer = utf8('one');
    splitter.push(buffer);
    buffer.fill(0);
    expect(splitter.push(utf8('\n'))).toEqual(['one']);
  });
});

describe('lineBytes', () => {
  it('counts what encoding would write', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(lineBytes(text)).toBe(utf8(text).length);
      }),
      { numRuns: 200 },
    );
  });
});
