import type { Moment, Stop } from '@sotto/bytes';

export const FAULTS = [
  'kill',
  'pause',
  'restart',
  'crash',
  'partition',
  'one-way',
  'delay',
  'loss',
  'duplicate',
  'reorder',
  'clock',
  'disk-full',
  'bit-flip',
] as const;
export type FaultName = (typeof FAULTS)[number];

/** `person:N` and `node:N` count from 0. */
export type Target = `person:${number}` | `node:${number}` | 'relay';

/** One fault, as it is decided before the run. Times are milliseconds. */
export interface PlannedFault {
  readonly number: number;
  readonly fault: FaultName;
  /** A process, or one end of a link whose other end is everybody. */
  readonly target: Target;
  readonly at: number;
  readonly lasts: number;
  /** Of `crash`. */
  readonly point?: { readonly stop: Stop; readonly moment: Moment; readonly pass: number };
  /** Of `clock`: by so much. Of `delay` and `reorder`: up to so much. */
  readonly milliseconds?: number;
  /** Of `loss`: of one piece. */
  readonly probability?: number;
  /** Of `one-way`: whether what the target says is not heard, or what it is told. */
  readonly way?: 'from' | 'to';
  /** Of `bit-flip`: which file, byte and bit, as fractions of what there is. */
  readonly bit?: readonly [file: number, byte: number, bit: number];
}

export interface PlannedChat {
  readonly people: readonly [number, number];
  readonly road: 'relay' | 'onion' | 'auto';
}

export interface Plan {
  readonly seed: number;
  readonly people: number;
  /** Members of each swarm. */
  readonly swarms: readonly number[];
  readonly chats: readonly PlannedChat[];
  /** How long people talk and things go wrong. */
  readonly lasts: number;
  /** People pause up to so long between two messages. */
  readonly pause: number;
  readonly faults: readonly PlannedFault[];
}

/** How large a run may be. */
export interface Size {
  readonly people: readonly [least: number, most: number];
  readonly nodes: readonly [least: number, most: number];
  readonly lasts: number;
  /** Milliseconds between two faults, on average. */
  readonly every: number;
  /** Those that may be chosen. */
  readonly faults: readonly FaultName[];
}
