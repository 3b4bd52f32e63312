/** One line of the table: what was measured, and whether it is as it must be. */
export interface Finding {
  readonly about: string;
  readonly what: string;
  readonly measured: string;
  readonly bound: string;
  readonly good: boolean;
}

/** Of no failure in so many trials, with 95 % confidence (rule of three). */
export function zeroOf(trials: number): string {
  return `0 of ${trials} (≤ ${(300 / trials || 0).toPrecision(2)} %)`;
}

export const MIB = 1024 * 1024;

export function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`;
}
