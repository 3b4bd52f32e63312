import type { Load } from '../load/crowd.ts';
import type { Summary } from '../load/tally.ts';
import type { LoadProcess } from '../processes.ts';

/** What a load process measured. */
export type Measured = Summary & { readonly seconds: number; readonly turnedAway: number };

/** A server under load, whichever it is. */
export interface Target {
  readonly name: string;
  readonly pid: number;
  /** Of other processes that do a part of each request. */
  readonly helpers: readonly number[];
  readonly place: { readonly host: string; readonly port: number };
  /** Second number of all addresses that take part. */
  readonly block: number;
  /** Clients in a load process that come from so many addresses, the first `127.x.<from>.1`. */
  crowd(load: LoadProcess, clients: CrowdSize): Promise<void>;
  /** How often each of these came out again. */
  check(accepted: Uint32Array): Promise<{ readonly missing: number; readonly repeated: number }>;
  close(): Promise<void>;
}

export interface CrowdSize {
  readonly count: number;
  /** Third number of the first address. */
  readonly from: number;
  readonly heeds: boolean;
  readonly firstMessage: number;
  /** There is time to build requests before they are due. */
  readonly early?: true;
}

export function runLoad(load: LoadProcess, terms: Load): Promise<Measured> {
  return load.ask<Measured>({ order: 'load', load: terms });
}

/** Addresses of loopback, one for each client. */
export function addressesOf(
  block: number,
  { count, from }: Pick<CrowdSize, 'count' | 'from'>,
): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `127.${block}.${from + Math.floor(index / 250)}.${1 + (index % 250)}`,
  );
}
