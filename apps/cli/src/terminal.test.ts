import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { tell } from './cli-error.ts';
import { readInput } from './terminal.ts';

function terminal(signal: AbortSignal) {
  const stdin = new PassThrough();
  return { stdin, stdout: new PassThrough(), stderr: new PassThrough(), environment: {}, signal };
}

describe('standard input', () => {
  it('is read to its end', async () => {
    const world = terminal(new AbortController().signal);
    world.stdin.write('one\n');
    world.stdin.end('two');
    expect(await readInput(world, 100)).toBe('one\ntwo');
  });

  it.each(['before', 'while'])('is let go when the command is told to end %s it is read', async (when) => {
    const ending = new AbortController();
    const world = terminal(ending.signal);
    world.stdin.write('half a wor');
    if (when === 'before') ending.abort();
    const reading = readInput(world, 100).catch((error: unknown) => error);
    ending.abort();
    const refused = await reading;
    expect(refused).toMatchObject({ code: 'interrupted' });
    expect(tell(refused)).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('nothing was done'),
    });
  });

  it('is refused when it is too long or not text', async () => {
    const long = terminal(new AbortController().signal);
    long.stdin.end('x'.repeat(11));
    await expect(readInput(long, 10)).rejects.toMatchObject({ code: 'bad-input' });
    const binary = terminal(new AbortController().signal);
    binary.stdin.end(Buffer.from([0xff, 0xfe]));
    await expect(readInput(binary, 10)).rejects.toMatchObject({ code: 'bad-input' });
  });
});
