import { setTimeout } from 'node:timers/promises';

/** What may be held at the end beyond the half of a run, for each input, before it counts as growing. */
const BYTES_PER_INPUT = 64;
/** Below this nothing is said: collectors keep what they like. */
const LEAST_GROWTH = 48 * 1024 * 1024;
/** Inputs below which there is nothing to see. */
const LEAST_INPUTS = 20_000;
const LOOK_EVERY = 10_000;
/** Timers run a little late. */
const LATE = 2_000;

/**
 * Memory that stays held, looked at after a collection (`--expose-gc`). Growth counts when it goes on in
 * both halves of a run: caches fill up and stay, leaks do not.
 */
export class HeldMemory {
  readonly #held: { readonly inputs: number; readonly bytes: number }[] = [];
  readonly #holds: number;
  #next = LOOK_EVERY;

  /** `holds` is how long the target may rightly hold what an input needed, milliseconds. */
  constructor(holds = 0) {
    this.#holds = holds;
  }

  /** Waits until what may rightly be held is free, so that it neither counts as a leak nor hides one. */
  async look(inputs: number): Promise<void> {
    if (inputs < this.#next || globalThis.gc === undefined) return;
    this.#next = Math.ceil(inputs * 1.5);
    if (this.#holds > 0) await setTimeout(this.#holds + LATE);
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    this.#held.push({ inputs, bytes: heapUsed + external });
  }

  /** In words, or undefined when nothing grew. */
  verdict(): string | undefined {
    const last = this.#held.at(-1);
    const middle = this.#held.findLast(({ inputs }) => last !== undefined && inputs <= last.inputs / 2);
    if (last === undefined || middle === undefined || last.inputs < LEAST_INPUTS) return undefined;
    const grown = last.bytes - middle.bytes;
    const many = last.inputs - middle.inputs;
    if (grown < LEAST_GROWTH || grown / many < BYTES_PER_INPUT) return undefined;
    return `${(grown / 2 ** 20).toFixed(0)} MiB more after ${many} more inputs`;
  }
}
