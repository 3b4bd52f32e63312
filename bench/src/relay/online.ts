import { pause } from '../load/crowd.ts';
import type { Messenger } from '../peers/peer.ts';
import { cpuOfTree } from '../peers/process-tree.ts';
import { visitWith } from './visit.ts';

export interface OnlineLoad {
  readonly clients: number;
  /** Messages of one client that are under way at once. */
  readonly inFlight: number;
  readonly milliseconds: number;
}

/** Long enough for code to be compiled and for every client to have sent. */
const WARM = 1_000;

/** Everybody is online: microseconds of the server's CPU for each message that was taken, delivered and acknowledged. */
export function costOnline(messenger: Messenger, load: OnlineLoad): Promise<number> {
  return visitWith(messenger, load.clients, async (crowd, { pid }) => {
    crowd.start(load.inFlight);
    await pause(WARM);
    const [cpu, delivered] = [cpuOfTree(pid), crowd.ledger.delivered];
    await pause(load.milliseconds);
    const cost = (cpuOfTree(pid) - cpu) / (crowd.ledger.delivered - delivered);
    await crowd.stop();
    return cost;
  });
}
