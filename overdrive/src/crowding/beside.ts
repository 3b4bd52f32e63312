import { runLoad, type Target } from '../overload/target.ts';
import { type LoadProcess, rssOf, startLoad } from '../processes.ts';

/** Somebody who asks now and then. */
const HONEST = { count: 2, from: 240, heeds: true, firstMessage: 240_000_000 } as const;

export interface Beside {
  readonly rssBefore: number;
  readonly rssAfter: number;
  /** Milliseconds. */
  readonly p99Before: number;
  readonly p99During: number;
  readonly answered: number;
  readonly offered: number;
}

/** How an honest client fares, and what the server's memory does, while others do something to it. */
export async function beside(
  target: Target,
  others: () => Promise<() => void>,
  { milliseconds, rate }: { readonly milliseconds: number; readonly rate: number },
): Promise<Beside> {
  const load: LoadProcess = startLoad();
  try {
    await target.crowd(load, HONEST);
    const calm = { milliseconds, rate, patience: 10_000 };
    // What is done for the first time is done slowly.
    await runLoad(load, calm);
    const before = await runLoad(load, calm);
    const rssBefore = rssOf(target.pid);
    const stop = await others();
    const rssAfter = rssOf(target.pid);
    const during = await runLoad(load, calm);
    stop();
    return {
      ...{ rssBefore, rssAfter, p99Before: before.p99, p99During: during.p99 },
      ...{ answered: during.fates.accepted, offered: during.offered },
    };
  } finally {
    load.end();
  }
}
