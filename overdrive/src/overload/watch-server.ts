import { cpuOf, rssOf } from '../processes.ts';

const SAMPLE = 100;

/** What a server used while something was done. */
export interface Used {
  /** Seconds of its own. */
  readonly cpu: number;
  /** The most memory that it had, in bytes. */
  readonly rss: number;
}

/** What some processes did together meanwhile. */
export async function watchServer<Result>(
  pids: readonly number[],
  work: () => Promise<Result>,
): Promise<readonly [Result, Used]> {
  const sum = (of: (pid: number) => number): number => pids.reduce((total, pid) => total + of(pid), 0);
  const before = sum(cpuOf);
  let rss = sum(rssOf);
  const timer = setInterval(() => {
    rss = Math.max(rss, sum(rssOf));
  }, SAMPLE);
  try {
    const result = await work();
    return [result, { cpu: sum(cpuOf) - before, rss: Math.max(rss, sum(rssOf)) }];
  } finally {
    clearInterval(timer);
  }
}
