import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMAND_NAMES, parseParams, parseResult } from './commands.ts';
import { LocalApiError } from './errors.ts';
import { encodeFrame, parseFrameToOwner, parseFrameToScreen } from './frames.ts';

const id = fc.nat();
const toOwner = fc.oneof(
  fc.record({
    v: fc.constant(1 as const),
    id,
    command: fc.string({ maxLength: 64 }),
    params: fc.jsonValue(),
  }),
  fc.record({ v: fc.constant(1 as const), cancel: id }),
);

/** A parser may throw LocalApiError and nothing else. */
function refusesOnlyWithLocalApiError(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(LocalApiError);
  }
}

describe('frames', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(toOwner, (frame) => {
        const line = encodeFrame(frame);
        expect(JSON.parse(JSON.stringify(parseFrameToOwner(line)))).toEqual(JSON.parse(line));
      }),
      { numRuns: 200 },
    );
  });

  it('throw nothing but LocalApiError on arbitrary lines', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ v: fc.anything(), id: fc.anything(), command: fc.anything() }).map((v) => {
        try {
          return JSON.stringify(v) ?? '';
        } catch {
          return '{';
        }
      }),
    );
    fc.assert(
      fc.property(line, (text) => {
        refusesOnlyWithLocalApiError(() => parseFrameToOwner(text));
        refusesOnlyWithLocalApiError(() => parseFrameToScreen(text));
      }),
      { numRuns: 300 },
    );
  });

  it('tell another version from garbage', () => {
    expect(() => parseFrameToOwner('{"v":2,"id":1,"command":"status","params":{}}')).toThrow(
      expect.objectContaining({ code: 'unsupported-version' }),
    );
    expect(() => parseFrameToOwner('{"v":1}')).toThrow(expect.objectContaining({ code: 'bad-frame' }));
  });

  it('refuse to write a line that the other side must refuse', () => {
    const frame = { v: 1 as const, id: 1, command: 'send', params: { text: 'x'.repeat(1024 * 1024) } };
    expect(() => encodeFrame(frame)).toThrow(expect.objectContaining({ code: 'line-too-long' }));
  });
});

describe('parameters and answers', () => {
  it('are refused with one typed error that does not repeat them', () => {
    const secret = 'swordfish-in-the-moonlight';
    const garbage = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.constant(secret)));
    fc.assert(
      fc.property(fc.constantFrom(...COMMAND_NAMES), garbage, (command, value) => {
        for (const parse of [parseParams, parseResult]) {
          try {
            parse(command, value);
          } catch (error) {
            expect(error).toBeInstanceOf(LocalApiError);
            expect((error as LocalApiError).message).not.toContain(secret);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of commands refuse fields that they do not know', () => {
    expect(() => parseParams('send', { to: 'bob', text: 'hi', bcc: 'eve' })).toThrow(
      expect.objectContaining({ code: 'bad-params' }),
    );
  });
});
