/** A few ways side by side; whoever wants one waits in the order of asking. */
export interface Lanes {
  run<Result>(job: (lane: number) => Promise<Result>): Promise<Result>;
}

export function createLanes(count: number): Lanes {
  const free = Array.from({ length: count }, (_, lane) => lane);
  const waiting: ((lane: number) => void)[] = [];
  return {
    async run(job) {
      const lane = free.shift() ?? (await new Promise<number>((resolve) => waiting.push(resolve)));
      try {
        return await job(lane);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(lane);
        else next(lane);
      }
    },
  };
}
