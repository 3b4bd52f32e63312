import { utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_COMMAND_BYTES, MAX_PARTS, MAX_TAG_BYTES } from './constants.ts';
import { readMessage } from './read-message.ts';

const read = (...frames: (string | Uint8Array)[]) =>
  readMessage(frames.map((frame) => (typeof frame === 'string' ? utf8(frame) : frame)));

describe('a message', () => {
  it('is read as OxenMQ means it', () => {
    expect(read('HI')).toEqual({ kind: 'hi' });
    expect(read('HELLO')).toEqual({ kind: 'hello' });
    expect(read('BYE')).toEqual({ kind: 'bye' });
    expect(read('REPLY', Uint8Array.of(1, 255), 'a', '')).toEqual({
      kind: 'reply',
      tag: '01ff',
      data: [utf8('a'), utf8('')],
    });
    expect(read('sn.ping', 'tag')).toEqual({ kind: 'command', name: 'sn.ping', parts: [utf8('tag')] });
  });

  it('tells which request was refused, where the other end knows it', () => {
    expect(read('FORBIDDEN_SN', 'REPLY', 'a')).toEqual({
      kind: 'refusal',
      refusal: 'FORBIDDEN_SN',
      tag: '61',
    });
    expect(read('UNKNOWNCOMMAND', 'sn.ping')).toEqual({ kind: 'refusal', refusal: 'UNKNOWNCOMMAND' });
    expect(read('UNKNOWNCOMMAND')).toEqual({ kind: 'refusal', refusal: 'UNKNOWNCOMMAND' });
  });

  it.each([
    ['nothing', []],
    ['an answer to nothing', ['REPLY']],
    ['a tag longer than any', ['REPLY', 'x'.repeat(MAX_TAG_BYTES + 1)]],
    ['a name longer than any', ['x'.repeat(MAX_COMMAND_BYTES + 1)]],
    ['a name that is no text', [Uint8Array.of(255)]],
    ['more parts than any', Array.from({ length: MAX_PARTS + 1 }, () => 'x')],
  ])('that is %s is noise', (_, frames) => {
    expect(read(...frames)).toEqual({ kind: 'noise' });
  });

  it('never throws', () => {
    const frame = fc.oneof(
      fc.constantFrom('REPLY', 'HI', 'FORBIDDEN', 'NO_REPLY_TAG').map(utf8),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(fc.array(frame), (frames) => {
        readMessage(frames);
      }),
    );
  });
});
