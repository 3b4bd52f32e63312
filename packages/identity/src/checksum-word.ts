import { utf8 } from '@sotto/bytes';
import { PREFIX_LENGTH } from './find-word.ts';

/** Which of the data words is repeated at the end: CRC-32 of their first letters (session-protocol §1.1). */
export function checksumIndex(words: readonly string[]): number {
  const prefixes = words.map((word) => word.slice(0, PREFIX_LENGTH)).join('');
  return crc32(utf8(prefixes)) % words.length;
}

/** CRC-32 as in IEEE 802.3, unsigned. A table would not pay for 72 letters. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
