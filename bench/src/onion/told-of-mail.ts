import { fromUtf8 } from '@sotto/bytes';
import { parseRetrieveReply, type RetrievedMessage } from '@sotto/protocol';
import type { Figure } from '../figures/figure.ts';
import { pause } from '../load/settle.ts';
import { percentile } from '../measure.ts';
import { textOf } from '../text-of.ts';
import { newBox } from './boxes.ts';
import type { NodeProcesses } from './node-processes.ts';
import { createAsker, type Way, WORN } from './onion-asker.ts';

/** The sender's end is another member of the swarm than the one that the device waits at. */
const SENDER: Way = [5, 6, 7, 4];
/** Until a request that waits is where it waits. */
const REST = 50;
/** Session's client asks every five seconds at best, so its mail waits for half of that in the middle. */
const POLLING_MS = 2_500;

/**
 * From when a store is sent, through three hops, to when a device knows of it that waits at its swarm, through three
 * others. What it stands beside is no measurement.
 */
export async function toldOfMail(network: NodeProcesses, runs: number, messages: number): Promise<Figure> {
  const medians: number[] = [];
  for (let run = 0; run < runs; run++) medians.push(await medianDelay(network, messages));
  return {
    name: 'onion, told of mail, p50',
    unit: 'ms',
    peer: 'polling every 5 s',
    ours: medians,
    theirs: medians.map(() => POLLING_MS),
  };
}

async function medianDelay(network: NodeProcesses, messages: number): Promise<number> {
  const [device, sender] = [createAsker(network), createAsker(network)];
  const box = newBox(network, WORN[3]);
  const delays: number[] = [];
  let last: RetrievedMessage | undefined;
  for (let index = 0; index < messages; index++) {
    const waiting = device.ask(WORN, box.waitFor(last?.hash));
    await pause(REST);
    const started = performance.now();
    const [answer] = await Promise.all([
      waiting.then((text) => {
        delays.push(performance.now() - started);
        return text;
      }),
      sender.ask(SENDER, box.store(index)),
    ]);
    [last] = parseRetrieveReply(JSON.parse(answer)).messages;
    const text = last === undefined ? '' : fromUtf8(last.data.slice(0, textOf(index).length));
    if (text !== textOf(index)) throw new Error(`message ${index} was not what the device was told of`);
  }
  return percentile(delays, 50);
}
