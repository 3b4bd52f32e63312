import type { Absence, Figure, Findings } from '../figures/figure.ts';
import { percentile } from '../measure.ts';
import { mosquitto } from '../peers/mosquitto.ts';
import type { Messenger } from '../peers/peer.ts';
import { delaysAt, type OnlineLoad, rateOnline } from './online.ts';
import { inRounds } from './rounds.ts';

const SATURATED: OnlineLoad = { clients: 100, inFlight: 4, milliseconds: 1_000 };
const PACED: OnlineLoad = { ...SATURATED, milliseconds: 2_000 };
const [P50, P99] = ['relay at half load, p50', 'relay at half load, p99'] as const;
/** What the slowest of a hundred may take (goals.json), milliseconds. */
const MOST_P99 = 50;
export const HALF_LOAD_NAMES: readonly string[] = [P50, P99];

/** Delays of ours and mosquitto's at one rate: half of what the slower of them delivers at most. */
export async function halfLoad(ours: Messenger, rounds: number): Promise<Findings> {
  const delays = new Map<Messenger, number[][]>();
  let rate: number;
  try {
    rate = await halfOfSlower(ours);
  } catch (error) {
    const why = (error as Error).message;
    const absences = [P50, P99].map((figure): Absence => ({ figure, why }));
    return { figures: [], absences, notes: [`relay at half load: no figure: ${why}`] };
  }
  const {
    figures,
    absences = [],
    notes,
  } = await inRounds({
    name: P50,
    unit: 'ms',
    ours,
    peers: [mosquitto],
    rounds,
    measure: async (messenger) => {
      const found = await delaysAt(messenger, PACED, rate);
      delays.set(messenger, [...(delays.get(messenger) ?? []), found]);
      return percentile(found, 50);
    },
  });
  const slowest = (of: Messenger): readonly number[] =>
    (delays.get(of) ?? []).map((found) => percentile(found, 99));
  return {
    figures: [
      ...figures.flatMap((figure): Figure[] => [
        figure,
        { ...figure, name: P99, ours: slowest(ours), theirs: slowest(mosquitto) },
      ]),
      ...(absences.some(({ peer }) => peer === undefined) ? [] : [besideMost(slowest(ours))]),
    ],
    absences: absences.flatMap((absence): Absence[] => [absence, { ...absence, figure: P99 }]),
    notes: [
      ...notes,
      `relay at half load: ${Math.round(rate)} messages a second, each timed from when it was due`,
    ],
  };
}

function besideMost(ours: readonly number[]): Figure {
  return { name: P99, peer: 'what it may be', unit: 'ms', ours, theirs: ours.map(() => MOST_P99) };
}

async function halfOfSlower(ours: Messenger): Promise<number> {
  const own = await rateOnline(ours, SATURATED);
  if (mosquitto.find() === undefined) return own / 2;
  return Math.min(own, await rateOnline(mosquitto, SATURATED)) / 2;
}
