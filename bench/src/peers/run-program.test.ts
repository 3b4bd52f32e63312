import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from './run-program.ts';

it('tells what a program said last that did not come up, and not where', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-program-'));
  const script = `for (const line of ['one', 'two', 'three', process.cwd() + '/four']) console.log(line);`;
  const run = (rest: string, ready: (child: ChildProcess) => Promise<void>) =>
    runProgram({ command: process.execPath, args: ['--eval', `${script}${rest}`], folder, ready });
  const heard = (child: ChildProcess): Promise<void> =>
    new Promise((_resolve, reject) => {
      child.stdout?.on('data', (data: Buffer) => {
        if (data.includes('four')) reject(new Error('it is no server'));
      });
    });
  try {
    const never = (): Promise<void> => new Promise(() => undefined);
    await expect(run('', never)).rejects.toThrow(/ended by itself; it said: two \| three \| …\/four$/);
    await expect(run('setInterval(() => 0, 1_000)', heard)).rejects.toThrow(/^it is no server; it said: two/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
