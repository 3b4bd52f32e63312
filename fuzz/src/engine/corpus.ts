import { mutate } from '../mutate/mutate.ts';
import { fromText } from '../mutate/text.ts';
import { LONGEST, type Parser, type Target } from '../target.ts';
import type { Random } from './random.ts';

/** What coverage adds is bounded, so that a run's memory is the door's and not ours. */
const MOST_KEPT = 2_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** Valid inputs, and what was found on the way to lead somewhere new. New inputs are made out of these. */
export class Corpus {
  readonly #target: Target;
  readonly #random: Random;
  readonly #inputs: Uint8Array[];
  readonly #words: readonly Uint8Array[];
  readonly #seeds: number;
  #bytes = 0;

  constructor(target: Target, parser: Parser, random: Random) {
    this.#target = target;
    this.#random = random;
    // Copies that are plain: what a Buffer calls a slice is the same memory.
    this.#inputs = parser.seeds.map((seed) => new Uint8Array(seed));
    this.#seeds = parser.seeds.length;
    this.#words = (target.words ?? []).map(fromText);
  }

  /** Input number `index` of a run: first the seeds as they are, then changes of them. */
  next(index: number): Uint8Array {
    if (index < this.#seeds) return this.#inputs[index] as Uint8Array;
    const random = this.#random;
    const material = {
      random,
      other: random.pick(this.#inputs),
      words: this.#words,
      longest: this.#target.longest ?? LONGEST,
    };
    return mutate(this.#target.form, this.#choose(), material);
  }

  /** Kept because it reached something new. */
  keep(input: Uint8Array): void {
    if (this.#inputs.length >= MOST_KEPT || this.#bytes + input.length > MOST_BYTES) return;
    this.#bytes += input.length;
    this.#inputs.push(input.slice());
  }

  get size(): number {
    return this.#inputs.length;
  }

  /** Half of the time a valid one, else anything; those that came last lead on more often. */
  #choose(): Uint8Array {
    const random = this.#random;
    if (random.oneIn(2)) return this.#inputs[random.below(this.#seeds)] as Uint8Array;
    const recent = Math.min(this.#inputs.length, 64);
    const at = random.oneIn(2)
      ? this.#inputs.length - 1 - random.below(recent)
      : random.below(this.#inputs.length);
    return this.#inputs[at] as Uint8Array;
  }
}
