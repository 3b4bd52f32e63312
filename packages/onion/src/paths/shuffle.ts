import type { Bytes } from '@sotto/bytes';
import { randomIndex } from './pick-node.ts';

/** The same things in a random order. */
export function shuffle<Item>(items: readonly Item[], random: (length: number) => Bytes): Item[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = randomIndex(index + 1, random);
    [shuffled[index], shuffled[other]] = [shuffled[other] as Item, shuffled[index] as Item];
  }
  return shuffled;
}
