import type { SeededRandom } from '@sotto/testkit';

/** What can be read of a store, one fact a line. Two stores with the same lines are the same to their users. */
export type Facts = readonly string[];

/** One life of the process that is recorded, from its start to its end by itself or by a kill. */
export interface Life {
  /** Where its files lie; empty at the first life. */
  readonly folder: string;
  /** Of this life alone, repeated by the plan's seed. */
  readonly random: SeededRandom;
  /** From 0. */
  readonly number: number;
  /** About so many operations. */
  readonly operations: number;
  /**
   * Do one operation. It is acknowledged when `work` returns; what `facts` reads then is what every later power
   * cut must leave, until the next operation has begun.
   */
  step(work: () => unknown, facts: () => Facts | Promise<Facts>): Promise<void>;
}

/** What a power cut left, opened by the product's own code. */
export interface Revived {
  readonly facts: Facts;
  /** Write and read once more. Throws when that does not go. */
  goOn(): Promise<void>;
  close(): Promise<void> | void;
}

/** A database of SQLite that a workload leaves. */
export interface DatabaseFile {
  readonly path: string;
  /** Of an encrypted one. */
  readonly key?: Uint8Array;
}

/** Operations of one store that are recorded, and how what a cut left of it is opened. */
export interface Workload {
  readonly name: string;
  /** All but the last end by `kill -9`, so that the next begins with a log that nobody closed. */
  readonly lives: number;
  /** Whether a cut inside an operation may leave a part of it. The facts then are those before it and some after. */
  readonly inParts?: boolean;
  live(life: Life): Promise<void>;
  revive(folder: string): Promise<Revived>;
  /** Looked through by SQLite itself after everything is closed. */
  databases(folder: string): readonly DatabaseFile[];
}

/** Fails an operation that went on but did not do what it says. */
export function ensure(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}
