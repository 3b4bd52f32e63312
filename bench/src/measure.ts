/** What one run of one side cost. */
export interface Sample {
  readonly messages: number;
  /** Microseconds of wall clock per message. */
  readonly wall: number;
  /** Microseconds of CPU (user and system, all threads of this process) per message. */
  readonly cpu: number;
}

/** Run something that handles `messages` messages, and say what each cost. */
export async function measure(messages: number, run: () => Promise<void>): Promise<Sample> {
  const cpuBefore = process.cpuUsage();
  const before = process.hrtime.bigint();
  await run();
  const wall = Number(process.hrtime.bigint() - before) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { messages, wall: wall / messages, cpu: (user + system) / messages };
}
