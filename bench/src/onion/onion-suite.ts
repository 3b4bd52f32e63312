import { type Amount, fewerPairs } from '../amount.ts';
import { cpuFigure, delayFigure, face } from '../compare.ts';
import type { Absence, Figure, Findings } from '../figures/figure.ts';
import { findTor, type TorNetwork } from '../peers/tor.ts';
import { tryTor } from '../peers/try-tor.ts';
import { besideTor, MANY_AT_ONCE } from './beside-tor.ts';
import { deliveryByOnion, deliveryByRelay } from './delivery.ts';
import { compareFirstUses } from './first-uses.ts';
import { layersAlone } from './layers-alone.ts';
import { type NodeProcesses, startNodeProcesses } from './node-processes.ts';
import { onionRequests } from './onion-requests.ts';
import { compareStores } from './onion-stores.ts';
import { toldOfMail } from './told-of-mail.ts';

/**
 * Onion requests and stores through node processes beside the arithmetic of their layers, what they are made of, and
 * a Tor network of its own; delivery by the onion road beside delivery by the relay. Ten nodes in two swarms of five.
 */
export async function onionSuite(amount: Amount): Promise<Findings> {
  const { pairs, messages } = amount;
  // It waits for votes, most of the time.
  const starting = findTor() === undefined ? undefined : tryTor();
  const network = await startNodeProcesses([5, 5]);
  try {
    const [fewer, fewest] = [fewerPairs(amount), Math.max(1, Math.round(messages / 8))];
    const alone = await face(onionRequests(network, messages, 50), layersAlone(messages), pairs);
    const stores = await compareStores(network, 2 * messages, fewer);
    const tor = await torFindings(network, await starting, amount);
    const told = await toldOfMail(network, fewer, fewest);
    const delivery = await face(await deliveryByOnion(network, fewest), await deliveryByRelay(fewest), fewer);
    const own = [cpuFigure(alone), cpuFigure(stores), told, cpuFigure(delivery), delayFigure(delivery)];
    return { ...tor, figures: [...own, ...tor.figures] };
  } finally {
    await network.close();
    const tor = await starting;
    if (!(tor instanceof Error)) await tor?.stop();
  }
}

/** One Tor network, first with the scheduler that does not wait and then as Tor is shipped. */
async function torFindings(
  network: NodeProcesses,
  tor: TorNetwork | Error | undefined,
  amount: Amount,
): Promise<Findings> {
  if (tor === undefined) return without('not installed');
  if (tor instanceof Error) return without(tor.message);
  const [vanilla, shipped] = [`tor Vanilla ${findTor()}`, `tor KIST ${findTor()}`];
  const figures: Figure[] = [];
  try {
    figures.push(...(await besideTor(network, tor, vanilla, amount)));
    figures.push(...(await compareFirstUses(network, tor, vanilla, amount.pairs)));
    await tor.schedule('KIST');
    const less = { ...amount, pairs: fewerPairs(amount) };
    figures.push(...(await besideTor(network, tor, shipped, less, amount.full ? [1, MANY_AT_ONCE] : [1])));
    return { figures, notes: [] };
  } catch (error) {
    return { ...without((error as Error).message), figures };
  }
}

const TOR_FIGURES: readonly string[] = [
  'onion request, one by one, p50',
  'three hops of a request, 50 in parallel',
  'a node after that load',
  'first request of a path, circuit ready',
  'first request of a path, no circuit',
];

function without(why: string): Findings {
  const absences = TOR_FIGURES.flatMap((figure) =>
    ['tor Vanilla', 'tor KIST'].map((peer): Absence => ({ figure, peer, why })),
  );
  return { figures: [], absences, notes: [`tor: ${why}`] };
}
