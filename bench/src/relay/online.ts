import type { Crowd } from '../load/crowd.ts';
import { pause } from '../load/settle.ts';
import type { Messenger } from '../peers/peer.ts';
import { cpuOfTree } from '../peers/process-tree.ts';
import { visitWith } from './visit.ts';

export interface OnlineLoad {
  readonly clients: number;
  /** Messages of one client that are under way at once. */
  readonly inFlight: number;
  readonly milliseconds: number;
}

/** So many messages before anything counts: a server that compiles as it runs is slower until then. */
const WARM_MESSAGES = 6_000;
const PATIENCE = 5_000;
const LEAST_MESSAGES = 2_000;

/** Everybody is online: microseconds of the server's CPU for each message that was taken, delivered and acknowledged. */
export function costOnline(messenger: Messenger, load: OnlineLoad): Promise<number> {
  return visitWith(messenger, load.clients, async (crowd, { pid }) => {
    crowd.start(load.inFlight);
    await warmUp(crowd);
    const [cpu, delivered] = [cpuOfTree(pid), crowd.ledger.delivered];
    await enough(crowd, delivered, load.milliseconds);
    const cost = (cpuOfTree(pid) - cpu) / (crowd.ledger.delivered - delivered);
    await crowd.stop();
    return cost;
  });
}

/** Messages a second that it delivers at most. */
export function rateOnline(messenger: Messenger, load: OnlineLoad): Promise<number> {
  return visitWith(messenger, load.clients, async (crowd) => {
    crowd.start(load.inFlight);
    await warmUp(crowd);
    const [since, delivered] = [performance.now(), crowd.ledger.delivered];
    await enough(crowd, delivered, load.milliseconds);
    const rate = ((crowd.ledger.delivered - delivered) * 1_000) / (performance.now() - since);
    await crowd.stop();
    return rate;
  });
}

/** Each message's delay, milliseconds, when so many a second are sent whatever becomes of them. */
export function delaysAt(messenger: Messenger, load: OnlineLoad, perSecond: number): Promise<number[]> {
  return visitWith(messenger, load.clients, async (crowd) => {
    crowd.start(load.inFlight);
    await warmUp(crowd);
    await crowd.stop();
    const delays: number[] = [];
    await crowd.pace(perSecond, load.milliseconds, (milliseconds) => delays.push(milliseconds));
    return delays;
  });
}

/** On a busy machine longer, until there is something to divide by. */
async function enough(crowd: Crowd, before: number, milliseconds: number): Promise<void> {
  const end = Date.now() + PATIENCE;
  await pause(milliseconds);
  while (crowd.ledger.delivered - before < LEAST_MESSAGES && Date.now() < end) await pause(20);
}

async function warmUp(crowd: Crowd): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (crowd.ledger.delivered < WARM_MESSAGES && Date.now() < end) await pause(20);
}
