/** What one run of one side cost. */
export interface Sample {
  readonly messages: number;
  /** Microseconds of wall clock per message. */
  readonly wall: number;
  /** Microseconds of CPU (user and system, all threads of what is measured) per message. */
  readonly cpu: number;
  /** From asking to the answer, milliseconds, where each message was timed. */
  readonly latency?: { readonly p50: number; readonly p99: number };
}

/** Microseconds of CPU used so far by what is measured. */
export type CpuClock = () => number;

const thisProcess: CpuClock = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Run something that handles `messages` messages, and say what each cost. It may time each of them. */
export async function measure(
  messages: number,
  run: (timed: (milliseconds: number) => void) => Promise<void>,
  cpu: CpuClock = thisProcess,
): Promise<Sample> {
  const times: number[] = [];
  const cpuBefore = cpu();
  const before = process.hrtime.bigint();
  await run((milliseconds) => times.push(milliseconds));
  const wall = Number(process.hrtime.bigint() - before) / 1_000;
  const used = cpu() - cpuBefore;
  return {
    messages,
    wall: wall / messages,
    cpu: used / messages,
    ...(times.length === 0 ? {} : { latency: { p50: percentile(times, 50), p99: percentile(times, 99) } }),
  };
}

export function percentile(times: readonly number[], percent: number): number {
  const sorted = times.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
