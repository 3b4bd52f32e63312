import { randomBytes } from '@sotto/crypto';
import { MAX_KEY_ID } from '@sotto/ratchet';

/**
 * Key IDs for one batch: a random first one, then increasing, past those that are taken. A fresh start per
 * batch needs no counter, and an ID that was used up is practically never given to another key.
 */
export function chooseKeyIds(count: number, taken: Pick<ReadonlySet<number>, 'has'>): number[] {
  const ids: number[] = [];
  let id = randomKeyId();
  while (ids.length < count) {
    if (!taken.has(id)) ids.push(id);
    id = id === MAX_KEY_ID ? 1 : id + 1;
  }
  return ids;
}

/** 1..2^24-1; the bias of the modulus is one part in 256. */
function randomKeyId(): number {
  const bytes = randomBytes(4);
  return 1 + (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) % MAX_KEY_ID);
}
