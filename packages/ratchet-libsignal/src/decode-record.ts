import type { Bytes } from '@sotto/bytes';
import { RatchetError } from '@sotto/ratchet';

/** libsignal's reading of a stored record. Throws RatchetError `corrupt-state`. */
export function decodeRecord<T>(bytes: Bytes, deserialize: (bytes: Bytes) => T): T {
  try {
    return deserialize(bytes);
  } catch {
    throw new RatchetError('corrupt-state', 'a stored ratchet record cannot be read');
  }
}
