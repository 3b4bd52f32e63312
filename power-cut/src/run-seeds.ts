import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './judge.ts';

const PROGRAM = fileURLToPath(new URL('../dist/judge-main.js', import.meta.url));

/** Judge seeds of a saved recording in several processes; `told` of each verdict as it falls. */
export async function runSeeds(request: {
  readonly recording: string;
  readonly seeds: readonly number[];
  readonly processes: number;
  readonly told: (verdict: Verdict) => void;
}): Promise<void> {
  const { recording, seeds, processes, told } = request;
  const shares = Array.from({ length: processes }, (_, index) =>
    seeds.filter((_seed, place) => place % processes === index),
  );
  await Promise.all(
    shares.filter((share) => share.length > 0).map((share) => judgeShare({ recording, seeds: share, told })),
  );
}

function judgeShare(request: {
  readonly recording: string;
  readonly seeds: readonly number[];
  readonly told: (verdict: Verdict) => void;
}): Promise<void> {
  const { recording, seeds, told } = request;
  return new Promise((resolve, reject) => {
    const child = fork(PROGRAM, [recording]);
    child.once('error', reject);
    child.on('message', (verdict) => told(verdict as Verdict));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`a process that judges cuts ended with ${signal ?? code}`));
    });
    child.send(seeds);
  });
}
