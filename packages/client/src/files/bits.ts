import type { Bytes } from '@sotto/bytes';

/** A bit for each chunk of a file, the lowest of a byte first. */
export function noBits(count: number): Bytes {
  return new Uint8Array(Math.ceil(count / 8));
}

export function hasBit(bits: Bytes, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

/** The same with these set, too. */
export function withBits(bits: Bytes, indexes: Iterable<number>): Bytes {
  const next = new Uint8Array(bits);
  for (const index of indexes) next[index >> 3] = (next[index >> 3] ?? 0) | (1 << (index & 7));
  return next;
}

export function countBits(bits: Bytes): number {
  let count = 0;
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}

/** Those that are not set, from 0 to `count`. */
export function missingBits(bits: Bytes, count: number): number[] {
  const missing: number[] = [];
  for (let index = 0; index < count; index++) if (!hasBit(bits, index)) missing.push(index);
  return missing;
}
