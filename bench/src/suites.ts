import { clientFiftyAtOnce, clientOneByOne, throughRelay } from './client-sides.ts';
import { type Comparison, compare, type Side } from './compare.ts';
import { deliveryByOnion, deliveryByRelay } from './onion/delivery.ts';
import { layersAlone } from './onion/layers-alone.ts';
import { type NodeProcesses, startNodeProcesses } from './onion/node-processes.ts';
import { onionRequests } from './onion/onion-requests.ts';
import { ratchetEngine } from './ratchet-engine.ts';
import { rawLibsignal } from './raw-libsignal.ts';

export interface Amount {
  readonly pairs: number;
  readonly messages: number;
}

/** Named sets of comparisons; each runs by itself with `--suite`. */
export const SUITES: Readonly<Record<string, (amount: Amount) => Promise<readonly Comparison[]>>> = {
  client: compareClient,
  onion: compareOnion,
};

/** The ratchet and the client core beside raw libsignal. */
async function compareClient({ pairs, messages }: Amount): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const createSide of [ratchetEngine, clientOneByOne, clientFiftyAtOnce, throughRelay]) {
    comparisons.push(await face(await createSide(messages), await rawLibsignal(messages), pairs));
  }
  return comparisons;
}

/**
 * Onion requests through node processes beside the arithmetic of their layers; delivery by the onion road
 * beside delivery by the relay. Ten nodes in two swarms of five.
 */
async function compareOnion({ pairs, messages }: Amount): Promise<readonly Comparison[]> {
  const network = await startNodeProcesses([5, 5]);
  try {
    return [
      await face(onionRequests(network, messages, 1), layersAlone(messages), pairs),
      await face(onionRequests(network, messages, 50), layersAlone(messages), pairs),
      await faceDelivery(network, { pairs, messages: Math.max(1, Math.round(messages / 4)) }),
    ];
  } finally {
    await network.close();
  }
}

async function faceDelivery(network: NodeProcesses, { pairs, messages }: Amount): Promise<Comparison> {
  return face(await deliveryByOnion(network, messages), await deliveryByRelay(messages), pairs);
}

/** The first runs load code and warm the compiler; they count for nobody. */
async function face(ours: Side, peer: Side, pairs: number): Promise<Comparison> {
  try {
    await ours.run();
    await peer.run();
    return await compare(ours, peer, pairs);
  } finally {
    await ours.close();
    await peer.close();
  }
}
