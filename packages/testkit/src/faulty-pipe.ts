import type { FakeClock } from './fake-clock.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How often things go wrong, each 0 to 1. */
export interface Faults {
  readonly drop?: number;
  readonly duplicate?: number;
  /** How many items are held back for a while, so that later ones overtake them. */
  readonly reorder?: number;
  /** Milliseconds: every item is late by 0 to this much. */
  readonly delay?: number;
}

export interface FaultyPipe<Item> {
  send(item: Item): void;
  /** Items on their way. */
  readonly inFlight: number;
}

/** Held back items arrive this many milliseconds later than they would. */
const HELD_BACK = 1_000;

/** A way from A to B on which items are lost, doubled, late and out of order, as the seed says. */
export function createFaultyPipe<Item>(
  parts: { readonly clock: Pick<FakeClock, 'after'>; readonly random: SeededRandom; readonly faults: Faults },
  arrive: (item: Item) => void,
): FaultyPipe<Item> {
  const { clock, random, faults } = parts;
  let inFlight = 0;

  function sendOnce(item: Item): void {
    const held = random.chance(faults.reorder ?? 0) ? HELD_BACK : 0;
    inFlight++;
    clock.after(random.integer((faults.delay ?? 0) + 1) + held, () => {
      inFlight--;
      arrive(item);
    });
  }

  return {
    send(item) {
      if (random.chance(faults.drop ?? 0)) return;
      sendOnce(item);
      if (random.chance(faults.duplicate ?? 0)) sendOnce(item);
    },
    get inFlight() {
      return inFlight;
    },
  };
}
