/** One quantity of ours beside the same of a peer, measured in turns. */
export interface Figure {
  readonly name: string;
  readonly peer: string;
  readonly unit: string;
  /** What stands at the same index ran next to each other. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/** A figure that was asked for and is not there. */
export interface Absence {
  readonly figure: string;
  /** Without its version; absent when no peer can have that figure in this run. */
  readonly peer?: string;
  readonly why: string;
}

/** What a suite found, and what it could not look at. */
export interface Findings {
  readonly figures: readonly Figure[];
  readonly absences?: readonly Absence[];
  /** One line each: a peer that is not installed, or a figure that failed. */
  readonly notes: readonly string[];
}

export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** The pairs differ by more than a quarter from their median: the machine was busy, and nothing is proved. */
  readonly noisy: boolean;
}

const NOISE = 0.25;

/**
 * Ours ÷ theirs, neighbours only, so that a machine that gets slower or busier during the run slows both:
 * the median of the pairs, and the ends.
 */
export function ratioOf({ ours, theirs }: Pick<Figure, 'ours' | 'theirs'>): Ratio {
  const ratios = ours.map((own, index) => own / (theirs[index] ?? Number.NaN));
  const middle = median(ratios);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  const noisy = !(least >= middle * (1 - NOISE) && most <= middle * (1 + NOISE));
  return { median: middle, least, most, noisy };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}
