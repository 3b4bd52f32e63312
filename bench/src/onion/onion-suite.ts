import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Amount } from '../amount.ts';
import { cpuFigure, delayFigure, face } from '../compare.ts';
import type { Figure, Findings } from '../figures/figure.ts';
import { pause } from '../load/settle.ts';
import type { CpuClock } from '../measure.ts';
import { cpuOfTree, memoryOfTree } from '../peers/process-tree.ts';
import { findTor, type Scheduler, startTor, type TorNetwork } from '../peers/tor.ts';
import { deliveryByOnion, deliveryByRelay } from './delivery.ts';
import { layersAlone } from './layers-alone.ts';
import { type NodeProcesses, startNodeProcesses } from './node-processes.ts';
import { onionRequests } from './onion-requests.ts';
import { torRequests } from './tor-requests.ts';

/** So many times the requests of the other figures where they run side by side: few would be over at once. */
const SIDE_BY_SIDE = 4;
const MIB = 2 ** 20;
/** Tor's authorities vote once in this time here, and work a good deal for it. Milliseconds. */
const VOTING = 20_000;

/**
 * Onion requests through node processes beside a Tor network of its own, and beside the arithmetic of their
 * layers; delivery by the onion road beside delivery by the relay. Ten nodes in two swarms of five.
 */
export async function onionSuite({ pairs, messages, full }: Amount): Promise<Findings> {
  const network = await startNodeProcesses([5, 5]);
  const figures: Figure[] = [];
  try {
    const alone = await face(onionRequests(network, messages, 50), layersAlone(messages), pairs);
    const fewer = Math.max(1, Math.round(messages / 4));
    const delivery = await face(await deliveryByOnion(network, fewer), await deliveryByRelay(fewer), pairs);
    figures.push(cpuFigure(alone), cpuFigure(delivery), delayFigure(delivery));
    if (findTor() === undefined) return { figures, notes: ['tor: not installed, skipped'] };
    const schedulers: readonly Scheduler[] = ['Vanilla', 'KIST'];
    const notes: string[] = [];
    for (const scheduler of schedulers) {
      try {
        figures.push(...(await besideTor(network, scheduler, { pairs, messages, full })));
      } catch (error) {
        notes.push(`onion requests beside tor, ${scheduler}: no figure: ${(error as Error).message}`);
      }
    }
    return { figures, notes };
  } finally {
    await network.close();
  }
}

/** A Tor network of its own for each scheduler, one after the other: ten processes are enough. */
async function besideTor(
  network: NodeProcesses,
  scheduler: Scheduler,
  amount: Amount,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-tor-'));
  try {
    const tor = await startTor(folder, scheduler);
    try {
      return await compareWith(network, tor, `tor ${scheduler} ${findTor()}`, amount);
    } finally {
      await tor.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compareWith(
  network: NodeProcesses,
  tor: TorNetwork,
  name: string,
  { pairs, messages }: Amount,
): Promise<readonly Figure[]> {
  const [ours, theirs] = await Promise.all([
    withoutIdle(network.cpu),
    withoutIdle(() => sumOf(tor.relays, cpuOfTree)),
  ]);
  const cpu = { ours, theirs };
  const figures: Figure[] = [];
  for (const parallel of [1, 50]) {
    const requests = parallel === 1 ? messages : messages * SIDE_BY_SIDE;
    const ours = onionRequests(network, requests, parallel, cpu.ours);
    const theirs = await torRequests(tor, { name, requests, parallel, cpu: cpu.theirs });
    const comparison = await face(ours, theirs, pairs);
    figures.push(parallel === 1 ? delayFigure(comparison) : cpuFigure(comparison));
  }
  const memory = (pids: readonly number[]): number => sumOf(pids, memoryOfTree) / pids.length / MIB;
  const [own, other] = [memory(network.pids), memory(tor.relays)];
  figures.push({ name: 'a node after that load', unit: 'MiB', peer: name, ours: [own], theirs: [other] });
  return figures;
}

function sumOf(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((sum, pid) => sum + of(pid), 0);
}

/** A clock that leaves out what the processes use for themselves when nobody asks anything. */
async function withoutIdle(cpu: CpuClock): Promise<CpuClock> {
  const [before, since] = [cpu(), performance.now()];
  await pause(VOTING);
  const rate = (cpu() - before) / (performance.now() - since);
  return () => cpu() - rate * performance.now();
}
