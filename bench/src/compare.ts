import type { Sample } from './measure.ts';

/** One thing that can be run again and again, and has its own warm start. */
export interface Side {
  readonly name: string;
  run(): Promise<Sample>;
  close(): Promise<void>;
}

export interface Comparison {
  readonly name: string;
  readonly peer: string;
  readonly ours: readonly Sample[];
  readonly theirs: readonly Sample[];
  /** CPU of ours ÷ CPU of the peer's run next to it: the median of the pairs, and the ends. */
  readonly ratio: { readonly median: number; readonly least: number; readonly most: number };
  /** The pairs differ by more than a quarter from their median: the machine was busy, and nothing is proved. */
  readonly noisy: boolean;
}

const NOISE = 0.25;

/**
 * Run two sides A B, B A, A B … and compare neighbours only, so that a machine that gets slower or busier
 * during the run slows both (reference: performance-anchors §8.3).
 */
export async function compare(ours: Side, theirs: Side, pairs: number): Promise<Comparison> {
  const samples = { ours: [] as Sample[], theirs: [] as Sample[] };
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const);
    for (const side of order) samples[side].push(await (side === 'ours' ? ours : theirs).run());
  }
  const ratios = samples.ours.map((sample, index) => sample.cpu / (samples.theirs[index]?.cpu ?? Number.NaN));
  const middle = median(ratios);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return {
    name: ours.name,
    peer: theirs.name,
    ...samples,
    ratio: { median: middle, least, most },
    noisy: least < middle * (1 - NOISE) || most > middle * (1 + NOISE),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}
