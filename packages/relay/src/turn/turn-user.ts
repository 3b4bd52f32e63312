import { type Bytes, concatBytes, type Secret, toHex, utf8 } from '@sotto/bytes';
import { hkdfSha256, hmacSha256 } from '@sotto/crypto';
import { TURN_LIFETIME } from './turn-credentials.ts';

/**
 * By what name a TURN server counts what an account uses: the same for half a day, and to be read by nobody but the relay,
 * also not by the TURN server, which knows another secret.
 */
export type TurnUser = (aci: Bytes, now: number) => string;

const INFO = utf8('sotto turn user v1');
const NO_SALT = new Uint8Array(0);
const KEY_BYTES = 32;
const NAME_BYTES = 8;

export function createTurnUser({ busKey }: { readonly busKey: Secret }): TurnUser {
  const key = hkdfSha256({ ikm: busKey.expose(), salt: NO_SALT, info: INFO, length: KEY_BYTES });
  return (aci, now) => {
    const span = Math.floor(now / 1000 / TURN_LIFETIME);
    return toHex(hmacSha256(key, concatBytes(aci, utf8(String(span)))).subarray(0, NAME_BYTES));
  };
}
