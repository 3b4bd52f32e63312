import type { Bytes } from '@sotto/bytes';
import { formatRpc } from '@sotto/protocol';
import type { Side } from '../compare.ts';
import { type CpuClock, measure } from '../measure.ts';
import { textOf } from '../text-of.ts';
import type { NodeProcesses } from './node-processes.ts';
import { createAsker, WORN } from './onion-asker.ts';

/** Asks a node for its version and carries 1 KiB there, or what else it is to be long, each layer under a key of its own. */
export function infoRequest(index: number, length = 1_000): Bytes {
  return formatRpc('info', {
    filling: textOf(index)
      .padEnd(length, '.')
      .slice(0, length - FRAME),
  });
}

/** `{"method":"info","params":{"filling":""}}` with some room. */
const FRAME = 50;

export function expectInfo(answer: string): void {
  if (!answer.includes('"version"')) throw new Error('a request was not answered by its destination');
}

/** Requests through real node processes, so many of them at once. CPU is that of all nodes, if no other is asked for. */
export function onionRequests(
  network: NodeProcesses,
  requests: number,
  parallel: number,
  cpu: CpuClock = network.cpu,
): Side {
  const asker = createAsker(network);
  const name = parallel === 1 ? 'onion request, one by one' : `onion request, ${parallel} in parallel`;
  return inLanes(name, { requests, parallel, cpu }, async (index) =>
    expectInfo(await asker.ask(WORN, infoRequest(index))),
  );
}

/** A side that asks so many things, so many at a time, each of them timed. */
export function inLanes(
  name: string,
  {
    requests,
    parallel,
    cpu,
  }: { readonly requests: number; readonly parallel: number; readonly cpu: CpuClock },
  ask: (index: number) => Promise<void>,
): Side {
  let next = 0;
  return {
    name,
    run: () =>
      measure(
        requests,
        async (timed) => {
          const last = next + requests;
          const lane = async (): Promise<void> => {
            while (next < last) {
              const [index, started] = [next++, performance.now()];
              await ask(index);
              timed(performance.now() - started);
            }
          };
          await Promise.all(Array.from({ length: parallel }, lane));
        },
        cpu,
      ),
    close: async () => undefined,
  };
}
