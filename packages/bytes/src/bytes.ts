import { BytesError } from './errors.ts';

/** Plain bytes. The `ArrayBuffer` backing keeps native modules from being handed shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

declare const brand: unique symbol;

/** Bytes that a checked constructor has vouched for; `Name` keeps a key from standing in for an ID. */
export type Branded<Name extends string> = Bytes & { readonly [brand]: Name };

/** Check a length and brand the bytes. For use inside the constructors of branded types only. */
export function brandBytes<Name extends string>(
  bytes: Uint8Array,
  length: number,
  name: Name,
): Branded<Name> {
  if (bytes.length !== length) {
    throw new BytesError('wrong-length', `${name} needs ${length} bytes, got ${bytes.length}`);
  }
  return asBytes(bytes) as Branded<Name>;
}

/**
 * The same bytes as a plain `Uint8Array` that shares memory with no other thread. A `Buffer`, or
 * anything on shared memory, is copied; a plain view of a larger buffer stays a view of it.
 */
export function asBytes(bytes: Uint8Array): Bytes {
  const own = bytes.constructor === Uint8Array && bytes.buffer instanceof ArrayBuffer;
  return own ? (bytes as Bytes) : new Uint8Array(bytes);
}

/** Join byte strings into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Equality whose time depends on the lengths only, for anything an attacker may probe. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] as number) ^ (right[index] as number);
  }
  return difference === 0;
}

/** Overwrite a secret that is no longer needed. Best effort: the runtime may have copied it. */
export function wipeBytes(bytes: Uint8Array): void {
  bytes.fill(0);
}
