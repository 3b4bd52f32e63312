import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteForShell } from './quote-for-shell.ts';

describe('a word for the shell', () => {
  it.each(['./alice', '/tmp/a b', "it's", '$HOME', '`id`', '-n', '', 'ä'])(
    '%j comes back as it was',
    (word) => {
      const printed = execFileSync('/bin/sh', ['-c', `printf '%s' x${quoteForShell(word)}`], {
        encoding: 'utf8',
      });
      expect(printed).toBe(`x${word}`);
    },
  );

  it('is left plain where it can be', () => {
    expect(quoteForShell('/home/alice/sotto')).toBe('/home/alice/sotto');
  });
});
