import { PassThrough, Writable } from 'node:stream';
import { LocalApiError } from '@sotto/local-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmless, harmlessJson, Output } from './output.ts';

function terminal() {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  return { stdout, stderr, out: () => String(stdout.read() ?? ''), err: () => String(stderr.read() ?? '') };
}

describe('output', () => {
  it('puts results on standard output and errors on standard error', async () => {
    const world = terminal();
    const output = new Output(world, true);
    await output.result({ text: 'line\nbreak' }, 'unused');
    output.error(new LocalApiError('unreachable', 'no answer', 'try again'));
    expect(world.out()).toBe('{"text":"line\\nbreak"}\n');
    expect(JSON.parse(world.err())).toEqual({
      error: { code: 'unreachable', message: 'no answer', hint: 'try again' },
    });
  });

  it('says so when nobody reads any more', async () => {
    const stdout = new Writable({ write: (_piece, _encoding, done) => done(new Error('EPIPE')) });
    stdout.on('error', () => undefined);
    const output = new Output({ stdout, stderr: new PassThrough() }, true);
    await expect(output.result({}, '')).rejects.toMatchObject({ code: 'output-closed' });
  });
});

describe('text of other people', () => {
  it('cannot steer the terminal', () => {
    expect(harmless('a\u001b[2Jb\u202ec\r\u009b31m\td\n')).toBe('a\ufffd[2Jb\ufffdc\ufffd\ufffd31m\td\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(harmless(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
      { numRuns: 200 },
    );
  });

  it('cannot steer it in JSON either, and is not changed by that', async () => {
    const text = 'a\u009b31m\u007f\u2028\u2029\u061c\u200e\u200f\u202ec\u2066';
    const world = terminal();
    const output = new Output(world, true);
    await output.result({ text }, '');
    output.error(new LocalApiError('failed', text, text));
    const printed = world.out();
    const told = world.err();
    expect(JSON.parse(printed)).toEqual({ text });
    expect(JSON.parse(told)).toEqual({ error: { code: 'failed', message: text, hint: text } });
    expect(printed + told).toMatch(/^[\n\u0020-\u007e]*$/);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        const line = harmlessJson({ any });
        expect(JSON.parse(line)).toEqual({ any });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
      }),
      { numRuns: 200 },
    );
  });
});
