import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { asBytes, Secret } from '@sotto/bytes';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../src/open-store.ts';
import { bundleProgram } from './_bundle-program.ts';

/** Commits messages 1, 2, 3, … for ever and prints each number when its commit has returned. */
const WRITER = fileURLToPath(new URL('./commit-for-ever.ts', import.meta.url));
const CYCLES = 4;

const program = bundleProgram(WRITER);
const folder = mkdtempSync(join(tmpdir(), 'sotto-kill-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  rmSync(program, { force: true });
});

describe('a store whose process is killed', () => {
  it('keeps every commit that returned, whole, and can be opened at once', async () => {
    const path = join(folder, 'store.db');
    const keyBytes = asBytes(Buffer.alloc(32, 7));
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const printed = await runUntil(path, 10 + cycle * 7);
      const store = await openStore({ path, key: new Secret(keyBytes) });
      const rows = await store.messages('05ab', { limit: 10_000 });
      const numbers = rows.map((row) => row.id.sentAt);
      expect(numbers[0]).toBeGreaterThanOrEqual(printed);
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers.length - index));
      // The other half of each unit of work came with it.
      expect(await store.hasSeen(`mark ${numbers[0]}`)).toBe(true);
      expect(await store.hasSeen(`mark ${(numbers[0] ?? 0) + 1}`)).toBe(false);
      await store.close();
    }
  });
});

/** Start the writer, kill it when it has printed `count` numbers, and give the last one printed. */
function runUntil(path: string, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let last = 0;
    let seen = 0;
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = Number(line);
      if (++seen === count) child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('close', () => resolve(last));
  });
}
