import { cpuFigure, delayFigure, face } from '../compare.ts';
import type { Findings } from '../figures/figure.ts';
import type { Amount } from '../suites.ts';
import { deliveryByOnion, deliveryByRelay } from './delivery.ts';
import { layersAlone } from './layers-alone.ts';
import { startNodeProcesses } from './node-processes.ts';
import { onionRequests } from './onion-requests.ts';

/**
 * Onion requests through node processes beside the arithmetic of their layers; delivery by the onion road
 * beside delivery by the relay. Ten nodes in two swarms of five.
 */
export async function onionSuite({ pairs, messages }: Amount): Promise<Findings> {
  const network = await startNodeProcesses([5, 5]);
  try {
    const single = await face(onionRequests(network, messages, 1), layersAlone(messages), pairs);
    const many = await face(onionRequests(network, messages, 50), layersAlone(messages), pairs);
    const fewer = Math.max(1, Math.round(messages / 4));
    const delivery = await face(await deliveryByOnion(network, fewer), await deliveryByRelay(fewer), pairs);
    const figures = [cpuFigure(single), cpuFigure(many), cpuFigure(delivery), delayFigure(delivery)];
    return { figures, notes: [] };
  } finally {
    await network.close();
  }
}
