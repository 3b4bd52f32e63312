import type { AddressInfo } from 'node:net';
import type { Figure } from '../figures/figure.ts';
import { pause } from '../load/settle.ts';
import { percentile } from '../measure.ts';
import type { TorNetwork } from '../peers/tor.ts';
import { askCircuits, countReady } from '../peers/tor-control.ts';
import { expectText, textOf } from '../text-of.ts';
import { freshWays } from './fresh-ways.ts';
import type { NodeProcesses } from './node-processes.ts';
import { createAsker } from './onion-asker.ts';
import { expectInfo, infoRequest } from './onion-requests.ts';
import { openStream, startEcho } from './tor-stream.ts';

/** Of a run: ours take any path, Tor's client keeps a few circuits ready and needs a while for the next ones. */
const [OURS, THEIRS] = [20, 3] as const;
/** So many ways are taken before, until nearly every link between nodes is there, as Tor's relays have theirs. */
const WARM_WAYS = 200;
const PATIENCE = 60_000;

/**
 * The first request over a path that nothing has travelled, between nodes that know each other: a request of ours
 * through them in a new order; with Tor, a stream of a user who shares no circuit, once while the client has one ready and once when it has none.
 */
export async function compareFirstUses(
  network: NodeProcesses,
  tor: TorNetwork,
  peer: string,
  pairs: number,
): Promise<readonly Figure[]> {
  const ways = freshWays(network.nodes.length);
  const asker = createAsker(network);
  const echo = await startEcho();
  const { port } = echo.address() as AddressInfo;
  let users = 0;
  const ask = async (): Promise<void> => {
    const way = ways.pop();
    if (way === undefined) throw new Error('every path has been used');
    expectInfo(await asker.ask(way, infoRequest(0)));
  };
  const askTor = async (): Promise<void> => {
    const stream = await openStream(tor.socksPort, port, `first-${users++}`);
    expectText(await stream.ask(textOf(users)), users);
    stream.socket.destroy();
  };
  const results = { ours: [] as number[], ready: [] as number[], none: [] as number[] };
  try {
    for (let taken = 0; taken < WARM_WAYS; taken++) await ask();
    await askTor();
    for (let pair = 0; pair < pairs; pair++) {
      results.ours.push(await medianOf(OURS, ask));
      results.ready.push(await medianOf(THEIRS, askTor, () => untilReady(tor)));
      results.none.push(
        await medianOf(THEIRS, askTor, async () => {
          while ((await ready(tor)) > 0) await askTor();
        }),
      );
    }
  } finally {
    echo.close();
  }
  const figure = (name: string, theirs: readonly number[]): Figure => {
    return { name, unit: 'ms', peer, ours: results.ours, theirs };
  };
  return [
    figure('first request of a path, circuit ready', results.ready),
    figure('first request of a path, no circuit', results.none),
  ];
}

async function medianOf(
  count: number,
  ask: () => Promise<void>,
  before: () => Promise<void> = async () => undefined,
): Promise<number> {
  const times: number[] = [];
  for (let asked = 0; asked < count; asked++) {
    await before();
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
  return percentile(times, 50);
}

async function ready({ controlPort }: TorNetwork): Promise<number> {
  return countReady(await askCircuits(controlPort));
}

async function untilReady(tor: TorNetwork): Promise<void> {
  const end = Date.now() + PATIENCE;
  while ((await ready(tor)) === 0) {
    if (Date.now() > end) throw new Error('Tor made no circuit ready');
    await pause(100);
  }
}
