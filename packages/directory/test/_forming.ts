import { readFileSync } from 'node:fs';
import type { Bytes } from '@sotto/bytes';

/** What the original code computes; see the file for where from. */
export interface FormingVectors {
  readonly forming: readonly {
    readonly about: string;
    readonly seed: string;
    readonly before: Readonly<Record<string, readonly number[]>>;
    readonly joining: readonly number[];
    readonly after: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly sorting: {
    readonly cases: readonly { readonly sizes: readonly number[]; readonly order: readonly number[] }[];
  };
  readonly random: {
    readonly draws: readonly { readonly seed: string; readonly number: number; readonly value: string }[];
  };
  readonly nextId: {
    readonly cases: readonly { readonly taken: readonly string[]; readonly next: string }[];
  };
}

export const forming: FormingVectors = JSON.parse(
  readFileSync(new URL('../../../vectors/directory/forming.json', import.meta.url), 'utf8'),
);

/** The key of a node that the vectors name by number. */
export function keyOf(number: number): Bytes {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, number);
  return key;
}

export function numberOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset).getUint32(0);
}
