import type { RandomBytes } from '@sotto/client';

/** Every index below `below` with the same chance; 0 when there is none. */
export function pickIndex(below: number, random: RandomBytes): number {
  if (below < 2) return 0;
  const limit = Math.floor(0x1_0000_0000 / below) * below;
  for (;;) {
    const bytes = random(4);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    if (value < limit) return value % below;
  }
}

/** The same things in a random order. */
export function shuffle<Item>(items: readonly Item[], random: RandomBytes): Item[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = pickIndex(index + 1, random);
    [shuffled[index], shuffled[other]] = [shuffled[other] as Item, shuffled[index] as Item];
  }
  return shuffled;
}
