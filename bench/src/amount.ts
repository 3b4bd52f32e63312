/** How much of everything is run. */
export interface Amount {
  readonly pairs: number;
  readonly messages: number;
  /** Whatever the time: else a suite stays within two minutes or so. */
  readonly full: boolean;
}

/** Pairs of a figure beside which its suite has more important ones. */
export function fewerPairs({ pairs, full }: Amount): number {
  return full ? pairs : Math.min(pairs, 3);
}
