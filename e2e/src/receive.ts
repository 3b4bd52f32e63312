import { expect } from 'vitest';
import { linesOf } from './json-lines.ts';
import { runSotto } from './run-sotto.ts';
import type { Person } from './world.ts';

/** What a receive of this person prints. */
export async function receive(person: Person, timeout = 20): Promise<Record<string, unknown>[]> {
  const done = await runSotto([
    ...['receive', '--profile', person.profile, '--timeout', String(timeout), '--json'],
  ]);
  expect(done.code, done.stderr).toBe(0);
  return linesOf(done.stdout);
}
