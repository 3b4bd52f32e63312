import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from './run-program.ts';

it('tells what a program said last that did not come up, and not where', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-program-'));
  const script = `for (const line of ['one', 'two', 'three', process.cwd() + '/four']) console.log(line);`;
  const failing = (rest: string, timeout?: number) =>
    runProgram({
      command: process.execPath,
      args: ['--eval', `${script}${rest}`],
      folder,
      ready: () => new Promise(() => undefined),
      ...(timeout === undefined ? {} : { timeout }),
    });
  try {
    await expect(failing('process.exitCode = 3')).rejects.toThrow(
      /ended by itself; it said: two \| three \| …\/four$/,
    );
    await expect(failing('setInterval(() => 0, 1_000)', 1_500)).rejects.toThrow(
      /did not come up; it said: two/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
