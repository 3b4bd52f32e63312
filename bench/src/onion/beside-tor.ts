import type { Amount } from '../amount.ts';
import { cpuFigure, delayFigure, face } from '../compare.ts';
import { type Figure, median } from '../figures/figure.ts';
import { pause } from '../load/settle.ts';
import type { CpuClock } from '../measure.ts';
import { cpuOfTree, memoryOfTree } from '../peers/process-tree.ts';
import type { TorNetwork } from '../peers/tor.ts';
import type { NodeProcesses } from './node-processes.ts';
import { hopsOf, WORN } from './onion-asker.ts';
import { onionRequests } from './onion-requests.ts';
import { torRequests } from './tor-requests.ts';

/** So many times the requests of the other figures where they run side by side: few would be over at once … */
const SIDE_BY_SIDE = 4;
/** … and Tor's in a fraction of a second, in which whatever else it does would count for much. */
const TOR_SIDE_BY_SIDE = 10;
const MIB = 2 ** 20;
/** What either network does by itself is looked at so often, for so many milliseconds each. */
const IDLE = { looks: 10, each: 500 } as const;
export const MANY_AT_ONCE = 50;

/** Requests of ours and Tor's in turns, so many at once, with the CPU of the three hops of ours and of all relays. */
export async function besideTor(
  network: NodeProcesses,
  tor: TorNetwork,
  name: string,
  { pairs, messages }: Amount,
  parallels: readonly number[] = [1, MANY_AT_ONCE],
): Promise<readonly Figure[]> {
  const [own, other] = await Promise.all([
    withoutIdle(() => network.cpuAt(hopsOf(WORN))),
    withoutIdle(() => sumOf(tor.relays, cpuOfTree)),
  ]);
  const figures: Figure[] = [];
  for (const parallel of parallels) {
    const [few, many] = parallel === 1 ? [1, 1] : [SIDE_BY_SIDE, TOR_SIDE_BY_SIDE];
    const ours = onionRequests(network, messages * few, parallel, own);
    const theirs = await torRequests(tor, { name, requests: messages * many, parallel, cpu: other });
    const comparison = await face(ours, theirs, pairs);
    const hops = { ...comparison, name: `three hops of a request, ${parallel} in parallel` };
    figures.push(parallel === 1 ? delayFigure(comparison) : cpuFigure(hops));
  }
  if (!parallels.includes(MANY_AT_ONCE)) return figures;
  const memory = (pids: readonly number[]): number => sumOf(pids, memoryOfTree) / pids.length / MIB;
  const [ours, theirs] = [[memory(network.pids)], [memory(tor.relays)]];
  figures.push({ name: 'a node after that load', unit: 'MiB', peer: name, ours, theirs });
  return figures;
}

function sumOf(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((sum, pid) => sum + of(pid), 0);
}

/**
 * A clock that leaves out what the processes use for themselves when nobody asks anything: the middle of several looks,
 * because a Tor that has just come up makes circuits and descriptors now and then, and ever less of them.
 */
async function withoutIdle(cpu: CpuClock): Promise<CpuClock> {
  const rates: number[] = [];
  for (let look = 0; look < IDLE.looks; look++) {
    const [before, since] = [cpu(), performance.now()];
    await pause(IDLE.each);
    rates.push((cpu() - before) / (performance.now() - since));
  }
  const rate = median(rates);
  return () => cpu() - rate * performance.now();
}
