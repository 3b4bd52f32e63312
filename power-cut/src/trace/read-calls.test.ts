import { describe, expect, it } from 'vitest';
import { readCalls } from './read-calls.ts';

const read = (...lines: readonly string[]) => [...readCalls(`${lines.join('\n')}\n`)];

describe('a trace', () => {
  it('is calls in the order in which they returned, also where threads overlap', () => {
    const calls = read(
      '7  fsync(3<\\x2f> <unfinished ...>',
      '8  write(4<\\x2f>, "\\x61", 1) = 1',
      '7  <... fsync resumed>)             = 0',
      '7  close(3<\\x2f>)                         = 0',
      '7  +++ exited with 0 +++',
    );
    expect(calls.map(({ name, result, begunAfter }) => [name, result, begunAfter])).toEqual([
      ['write', 1, 0],
      ['fsync', 0, 0],
      ['close', 0, 2],
    ]);
  });

  it('tells a failed call by −1', () => {
    expect(
      read('7  openat(AT_FDCWD<\\x2f>, "\\x61", O_RDONLY) = -1 ENOENT (No such file or directory)'),
    ).toMatchObject([{ name: 'openat', result: -1 }]);
  });

  it('with a line that is no call is refused', () => {
    expect(() => read('7  write(4<\\x2f>, "\\x61", 1)')).toThrow(/no call/);
    expect(() => read('7  <... fsync resumed>) = 0')).toThrow(/did not begin/);
  });
});
