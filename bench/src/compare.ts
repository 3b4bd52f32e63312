import type { Figure } from './figures/figure.ts';
import type { Sample } from './measure.ts';

/** One thing that can be run again and again, and has its own warm start. */
export interface Side {
  readonly name: string;
  run(): Promise<Sample>;
  close(): Promise<void>;
}

/** Two sides that ran in turns; what stands at the same index ran next to each other. */
export interface Comparison {
  readonly name: string;
  readonly peer: string;
  readonly ours: readonly Sample[];
  readonly theirs: readonly Sample[];
}

/** Run two sides A B, B A, A B … (reference: performance-anchors §8.3). */
export async function compare(ours: Side, theirs: Side, pairs: number): Promise<Comparison> {
  const samples = { ours: [] as Sample[], theirs: [] as Sample[] };
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const);
    for (const side of order) samples[side].push(await (side === 'ours' ? ours : theirs).run());
  }
  return { name: ours.name, peer: theirs.name, ...samples };
}

/** The first runs load code and warm the compiler; they count for nobody. Both sides are closed afterwards. */
export async function face(ours: Side, peer: Side, pairs: number): Promise<Comparison> {
  try {
    await ours.run();
    await peer.run();
    return await compare(ours, peer, pairs);
  } finally {
    await ours.close();
    await peer.close();
  }
}

export function cpuFigure(comparison: Comparison): Figure {
  return figureOf(comparison, comparison.name, 'µs CPU', ({ cpu }) => cpu);
}

/** What somebody waits for a message, where nothing else runs. */
export function wallFigure(comparison: Comparison): Figure {
  return figureOf(comparison, comparison.name, 'µs', ({ wall }) => wall);
}

/** From asking to the answer, the middle one of each run. */
export function delayFigure(comparison: Comparison): Figure {
  return figureOf(comparison, `${comparison.name}, p50`, 'ms', ({ latency }) => latency?.p50 ?? Number.NaN);
}

function figureOf(
  { peer, ours, theirs }: Comparison,
  name: string,
  unit: string,
  of: (sample: Sample) => number,
): Figure {
  return { name, peer, unit, ours: ours.map(of), theirs: theirs.map(of) };
}
