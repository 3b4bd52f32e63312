import { parseStoreReply } from '@sotto/protocol';
import { type Comparison, face, type Side } from '../compare.ts';
import { type Box, newBox } from './boxes.ts';
import { type NodeProcesses, startNodeProcesses } from './node-processes.ts';
import { createAsker, WORN } from './onion-asker.ts';
import { expectInfo, infoRequest, inLanes } from './onion-requests.ts';

const PARALLEL = 50;
const BOXES = 16;
const SWARM = 5;

/**
 * A store through three hops to a swarm of five, beside the least that it is made of: an onion request as long, and
 * five times what a node that is alone in its swarm needs to keep the same.
 */
export async function compareStores(
  network: NodeProcesses,
  requests: number,
  pairs: number,
): Promise<Comparison> {
  const lone = await startNodeProcesses([1]);
  try {
    return await face(storesByOnion(network, requests), itsParts(network, lone, requests), pairs);
  } finally {
    await lone.close();
  }
}

function storesByOnion(network: NodeProcesses, requests: number): Side {
  const asker = createAsker(network);
  const boxes = boxesOf(network, WORN[3]);
  const load = { requests, parallel: PARALLEL, cpu: network.cpu };
  return inLanes(`onion store, ${PARALLEL} in parallel`, load, async (index) => {
    expectHolders(await asker.ask(WORN, storeOf(boxes, index)), SWARM);
  });
}

function itsParts(network: NodeProcesses, lone: NodeProcesses, requests: number): Side {
  const [asker, loneAsker] = [createAsker(network), createAsker(lone)];
  const boxes = boxesOf(lone, 0);
  const length = storeOf(boxes, 0).length;
  const load = { requests, parallel: PARALLEL };
  const travel = inLanes('an onion request', { ...load, cpu: network.cpu }, async (index) =>
    expectInfo(await asker.ask(WORN, infoRequest(index, length))),
  );
  const keep = inLanes('a store at one node', { ...load, cpu: lone.cpu }, async (index) =>
    expectHolders(await loneAsker.askDirectly(0, storeOf(boxes, index)), 1),
  );
  return {
    name: 'its parts',
    run: async () => {
      const [travelled, kept] = [await travel.run(), await keep.run()];
      const sum = (of: 'cpu' | 'wall'): number => travelled[of] + SWARM * kept[of];
      return { messages: requests, cpu: sum('cpu'), wall: sum('wall') };
    },
    close: async () => undefined,
  };
}

function boxesOf(network: NodeProcesses, node: number): readonly Box[] {
  return Array.from({ length: BOXES }, () => newBox(network, node));
}

function storeOf(boxes: readonly Box[], index: number) {
  const box = boxes[index % BOXES];
  if (box === undefined) throw new Error('no box');
  return box.store(index);
}

function expectHolders(answer: string, count: number): void {
  const stored = parseStoreReply(JSON.parse(answer)).members.filter(({ outcome }) => outcome === 'stored');
  if (stored.length !== count) throw new Error(`${stored.length} of ${count} nodes kept a message`);
}
