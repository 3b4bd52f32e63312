import { type Bytes, concatBytes } from '@sotto/bytes';
import { PADDED_SIZES } from './constants.ts';

/** JSON may be followed by white space, so a text is filled without anybody having to know of it. */
const SPACE = 0x20;

/** The size that a text of this length is filled to. */
export function paddedSize(length: number): number {
  const largest = PADDED_SIZES[PADDED_SIZES.length - 1] as number;
  return PADDED_SIZES.find((size) => length <= size) ?? Math.ceil(length / largest) * largest;
}

/** The text with spaces behind it, exactly `size` bytes. */
export function fillWithSpaces(text: Uint8Array, size: number): Bytes {
  return concatBytes(text, new Uint8Array(size - text.length).fill(SPACE));
}
