/** Work that takes this long on a machine that does nothing else. */
const WORK_MS = 200;

/**
 * How many times longer than its computing time work takes now, because others compute too: 1 on an idle
 * machine. Bounds that users feel are bounds of machines with nothing else to do.
 */
export function slowness(): number {
  const cpu = process.cpuUsage();
  const before = performance.now();
  let used = 0;
  while (used < WORK_MS) {
    const { user, system } = process.cpuUsage(cpu);
    used = (user + system) / 1_000;
  }
  return Math.max(1, (performance.now() - before) / used);
}
