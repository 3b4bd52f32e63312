import { createHash } from 'node:crypto';
import type { Canary } from '../find/canary.ts';

/** Hexadecimal characters by which one text is told from all others. */
const MARK = 24;

/** Types what people type: each text is one of its kind, and remembered with what it was and whose. */
export class Typist {
  readonly #seed: number;
  readonly #canaries: Canary[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  get canaries(): readonly Canary[] {
    return this.#canaries;
  }

  /** Something that goes into a field for words: with letters beyond ASCII before the mark and after it. */
  type(field: string, of: string): string {
    return `grüße ${this.word(field, of)} 😀`;
  }

  /** Something that goes where not every letter may. */
  word(field: string, of: string): string {
    const number = this.#canaries.length;
    const mark = createHash('sha256').update(`${this.#seed} ${number}`).digest('hex').slice(0, MARK);
    this.#canaries.push({ field, of, bytes: Buffer.from(mark) });
    return mark;
  }
}
