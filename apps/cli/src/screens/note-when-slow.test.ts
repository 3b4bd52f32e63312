import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Output } from '../output.ts';
import { noteWhenSlow } from './note-when-slow.ts';

function output(json: boolean) {
  const stderr = new PassThrough();
  return {
    output: new Output({ stdout: new PassThrough(), stderr }, json),
    err: () => String(stderr.read() ?? ''),
  };
}

describe('a long wait', () => {
  it('is told of while it lasts', async () => {
    const world = output(false);
    let told = '';
    await noteWhenSlow(
      world.output,
      'waiting for the relay',
      () => expect.poll(() => (told += world.err())).not.toBe(''),
      5,
    );
    expect(told).toBe('waiting for the relay\n');
  });

  it('is not told of when it is short or its reader is a program', async () => {
    const person = output(false);
    expect(await noteWhenSlow(person.output, 'x', () => Promise.resolve(7))).toBe(7);
    expect(person.err()).toBe('');
    const program = output(true);
    await noteWhenSlow(program.output, 'x', () => new Promise((resolve) => setTimeout(resolve, 5)), 0);
    expect(program.err()).toBe('');
  });
});
