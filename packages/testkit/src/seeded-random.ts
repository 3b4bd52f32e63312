import type { Bytes } from '@sotto/bytes';

/** Randomness that a seed repeats. For tests only: a reader of few outputs knows all the others. */
export interface SeededRandom {
  /** Has the shape of the client's `RandomBytes`. */
  bytes(length: number): Bytes;
  /** From 0 to `below` − 1. */
  integer(below: number): number;
  /** True in so many of all cases, 0 to 1. */
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** The generator is xorshift128 (Marsaglia 2003), seeded by splitmix32 so that near seeds differ. */
export function createSeededRandom(seed: number): SeededRandom {
  let mixed = seed | 0;
  function splitMix(): number {
    mixed = (mixed + 0x9e3779b9) | 0;
    let value = mixed;
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    return (value ^ (value >>> 16)) >>> 0;
  }
  let [x, y, z, w] = [splitMix(), splitMix(), splitMix(), splitMix() | 1];

  function next(): number {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return w;
  }
  const fraction = () => next() / 0x1_0000_0000;

  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let index = 0; index < length; index++) bytes[index] = next() >>> 24;
      return bytes;
    },
    integer: (below) => Math.floor(fraction() * below),
    chance: (probability) => fraction() < probability,
    pick(items) {
      if (items.length === 0) throw new Error('nothing to pick from');
      return items[Math.floor(fraction() * items.length)] as (typeof items)[number];
    },
  };
}
