import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../load/settle.ts';

/** What a server has done since it was started, as it counts itself. */
export interface Counts {
  readonly socketWrites: number;
  readonly socketBytes: number;
  readonly commits: number;
}

/** In the folder in which the server was started. */
export const COUNTS_FILE = 'counts.json';
const PATIENCE = 10_000;

/** Ask a server that was started with the counting preload. */
export async function askCounts(pid: number, folder: string): Promise<Counts> {
  const file = join(folder, COUNTS_FILE);
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Counts;
    } catch (error) {
      if (Date.now() > end) throw new Error('the server did not say what it had counted', { cause: error });
      await pause(5);
    }
  }
}
