import { expect } from 'vitest';
import { linesOf } from './json-lines.ts';
import { runSotto } from './run-sotto.ts';

/** Run a command that must fail, with one JSON error on stderr and nothing on stdout. */
export async function refusal(
  args: readonly string[],
  stdin = '',
): Promise<{ code: number | null; error: string }> {
  const done = await runSotto([...args, '--json'], { stdin });
  expect(done.stdout).toBe('');
  const [told, ...more] = linesOf(done.stderr);
  expect(more).toEqual([]);
  expect(told).toEqual({
    error: {
      code: expect.any(String),
      message: expect.any(String),
      hint: done.stderr.includes('"hint":null') ? null : expect.any(String),
    },
  });
  const { error } = told as { error: { code: string } };
  return { code: done.code, error: error.code };
}
