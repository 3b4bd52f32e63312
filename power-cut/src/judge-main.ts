import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { judgeCuts } from './judge.ts';
import { loadRecording } from './recording.ts';
import { scratchRoot } from './scratch-root.ts';

/** Judges the seeds that it is sent, once: `fork('judge-main.js', [recording])`. */
const recording = loadRecording(process.argv[2] ?? '');
const scratch = mkdtempSync(join(scratchRoot(), 'sotto-power-cut-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

process.once('message', (seeds) => {
  judge(seeds as readonly number[]).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

async function judge(seeds: readonly number[]): Promise<void> {
  for await (const verdict of judgeCuts(recording, seeds, scratch)) process.send?.(verdict);
  process.disconnect();
}
