import type { Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { SERVER_GUID_BYTES } from '@sotto/protocol';

/** So many are made at a time, because each asking for randomness is a system call. */
const AT_ONCE = 64;

let made: Bytes = new Uint8Array(0);
let used = 0;

/** A random ID of an envelope, in memory of its own. It is no secret: its device, and who sent it by name, are told it. */
export function newGuid(): Bytes {
  if (used === made.length) [made, used] = [randomBytes(AT_ONCE * SERVER_GUID_BYTES), 0];
  used += SERVER_GUID_BYTES;
  return made.slice(used - SERVER_GUID_BYTES, used);
}
