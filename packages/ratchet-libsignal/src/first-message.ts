import { type Bytes, concatBytes, toHex, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { RatchetError } from '@sotto/ratchet';

/**
 * The memory of handshakes that used a last-resort Kyber key (design §1.2, Replay). The row's name is a
 * hash, its value the Kyber key's ID, so that it can be let go together with the key.
 */
const LABEL = utf8('sotto first message v1');

/** The row's key in the table `first-message`. */
export function firstMessageKey(kyberId: number, signedId: number, baseKey: Uint8Array): string {
  return toHex(sha256(concatBytes(LABEL, uint32(kyberId), uint32(signedId), baseKey)));
}

export function firstMessageValue(kyberId: number): Bytes {
  return uint32(kyberId);
}

/** The Kyber key's ID. Throws RatchetError `corrupt-state`. */
export function firstMessageKyberId(value: Uint8Array): number {
  if (value.length !== 4) throw new RatchetError('corrupt-state', 'a first-message row has another length');
  return new DataView(value.buffer, value.byteOffset).getUint32(0);
}

function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
