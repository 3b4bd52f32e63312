import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTor, type TorNetwork } from './tor.ts';

/**
 * A Tor network in a folder of its own, at the second attempt if need be: when its first votes fail, nobody agrees
 * on anything for long, and another network is quicker. Resolves with what went wrong when both did.
 */
export async function tryTor(): Promise<TorNetwork | Error> {
  const first = await startInFolder();
  if (!(first instanceof Error)) return first;
  process.stderr.write(`bench: once more: ${first.message}\n`);
  return startInFolder();
}

async function startInFolder(): Promise<TorNetwork | Error> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-tor-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const tor = await startTor(folder);
    return { ...tor, stop: () => tor.stop().finally(remove) };
  } catch (error) {
    remove();
    return error as Error;
  }
}
