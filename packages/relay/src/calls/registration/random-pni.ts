import type { Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';

/** A PNI that says nothing of its number: a random UUID (RFC 9562 §5.4). */
export function randomPni(): Bytes {
  const pni = randomBytes(16);
  pni[6] = ((pni[6] as number) & 0x0f) | 0x40;
  pni[8] = ((pni[8] as number) & 0x3f) | 0x80;
  return pni;
}
