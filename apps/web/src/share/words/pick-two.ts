/** Two different places from 1 to `count`, in order; `random` gives numbers from 0 up to, not including, 1. */
export function pickTwo(count: number, random: () => number): readonly [number, number] {
  const first = Math.floor(random() * count);
  // Of the places that are left, so that each pair is as likely as any other.
  const second = (first + 1 + Math.floor(random() * (count - 1))) % count;
  return [Math.min(first, second) + 1, Math.max(first, second) + 1];
}

const RANGE = 2 ** 32;

/** A number that nobody foresees. */
export function fairRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / RANGE;
}
