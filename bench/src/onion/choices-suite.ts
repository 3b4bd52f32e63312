import { randomInt } from 'node:crypto';
import type { Amount } from '../amount.ts';
import type { Figure, Findings } from '../figures/figure.ts';
import {
  captureWithoutGuards,
  countHops,
  countMailboxes,
  expectedCapture,
  seededBytes,
  shareCaptured,
  simulateNetwork,
  spread,
} from './simulated-network.ts';

const NODES = 2_000;
const PLACES = ['guard', 'middle', 'last hop'] as const;
const SHARES = [0.05, 0.1, 0.2, 0.3] as const;
/** Paths of half a year that change every week. */
const ROTATIONS = 26;

/** Choices of users in a network of 2,000 nodes, beside what chance and arithmetic say; nothing is sent. */
export async function choicesSuite({ full }: Amount): Promise<Findings> {
  const random = seededBytes(randomInt(2 ** 32));
  const nodes = simulateNetwork(NODES, random);
  const users = full ? 20_000 : 3_000;
  const hops = countHops(nodes, users, random);
  const mailboxes = countMailboxes(nodes, full ? 1_000_000 : 100_000, random);
  const even = nodes.map(() => users / NODES);
  const spreads = hops.places.map((counts, place) =>
    fromChance(`choice of a path's ${PLACES[place]}, of 2,000`, spread(counts, even)),
  );
  return {
    figures: [
      ...spreads,
      fromChance('choice of a swarm', spread(mailboxes.counts, mailboxes.expected)),
      timed("a new user's guards and path, of 2,000", hops.microseconds),
      timed('the swarm of a mailbox', mailboxes.microseconds),
      ...SHARES.flatMap((share) => captured(share, { nodes, users: full ? 2_000 : 150, random })),
    ],
    notes: [],
  };
}

/** Standard deviations from what chance says; 3 is where it stops to be chance. */
function fromChance(name: string, deviations: number): Figure {
  return { name, peer: 'bound', unit: 'σ', ours: [Math.abs(deviations)], theirs: [3] };
}

/** Beside one draw of Node's own. */
function timed(name: string, microseconds: number): Figure {
  const draws = 100_000;
  const started = performance.now();
  for (let draw = 0; draw < draws; draw++) randomInt(NODES);
  const bare = ((performance.now() - started) * 1000) / draws;
  return { name, peer: 'randomInt', unit: 'µs', ours: [microseconds], theirs: [bare] };
}

function captured(
  share: number,
  { nodes, users, random }: Pick<Parameters<typeof shareCaptured>[0], 'nodes' | 'users' | 'random'>,
): readonly Figure[] {
  const seen = shareCaptured({ nodes, bad: Math.round(share * NODES), users, rotations: ROTATIONS, random });
  const name = `users with both ends bad in half a year, ${share * 100} % of nodes bad`;
  const figure = (peer: string, theirs: number): Figure => {
    return { name, peer, unit: '%', ours: [seen * 100], theirs: [theirs * 100] };
  };
  return [
    figure('arithmetic', expectedCapture(share, ROTATIONS)),
    figure('no guards kept', captureWithoutGuards(share, ROTATIONS)),
  ];
}
