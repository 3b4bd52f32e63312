import { cpuOf, rssOf } from '../processes.ts';

const SAMPLE = 100;

/** What a server used while something was done. */
export interface Used {
  /** Seconds of its own. */
  readonly cpu: number;
  /** The most memory that it had, in bytes. */
  readonly rss: number;
}

export async function watchServer<Result>(
  pid: number,
  work: () => Promise<Result>,
): Promise<readonly [Result, Used]> {
  const before = cpuOf(pid);
  let rss = rssOf(pid);
  const timer = setInterval(() => {
    rss = Math.max(rss, rssOf(pid));
  }, SAMPLE);
  try {
    const result = await work();
    return [result, { cpu: cpuOf(pid) - before, rss: Math.max(rss, rssOf(pid)) }];
  } finally {
    clearInterval(timer);
  }
}
