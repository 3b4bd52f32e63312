import type { AddressInfo } from 'node:net';
import type { Side } from '../compare.ts';
import { type CpuClock, measure } from '../measure.ts';
import type { TorNetwork } from '../peers/tor.ts';
import { expectText, textOf } from '../text-of.ts';
import { openStream, type Stream, startEcho } from './tor-stream.ts';

export interface TorLoad {
  readonly name: string;
  readonly requests: number;
  readonly parallel: number;
  readonly cpu: CpuClock;
}

/**
 * 1 KiB to a server behind three Tor relays and 1 KiB back, so many at once, each on a stream and a circuit of its
 * own that are kept.
 */
export async function torRequests(
  network: TorNetwork,
  { name, requests, parallel, cpu }: TorLoad,
): Promise<Side> {
  const echo = await startEcho();
  const { port } = echo.address() as AddressInfo;
  const streams = await Promise.all(
    Array.from({ length: parallel }, (_, lane) => openStream(network.socksPort, port, `lane-${lane}`)),
  );
  let next = 0;
  return {
    name,
    run: () =>
      measure(
        requests,
        async (timed) => {
          const last = next + requests;
          const lane = async (stream: Stream): Promise<void> => {
            while (next < last) {
              const [index, started] = [next++, performance.now()];
              expectText(await stream.ask(textOf(index)), index);
              timed(performance.now() - started);
            }
          };
          await Promise.all(streams.map(lane));
        },
        cpu,
      ),
    close: async () => {
      for (const { socket } of streams) socket.destroy();
      echo.close();
    },
  };
}
