import { type Branded, type Bytes, brandBytes, concatBytes, fromHex, toHex } from '@sotto/bytes';
import { ed25519PublicToX25519 } from '@sotto/crypto';
import { IdentityError } from './errors.ts';

/**
 * Who somebody is: `05` and the 32 bytes of their X25519 identity key. Byte for byte a Session ID
 * and the serialized identity key of the Signal protocol (design §1.1).
 */
export type AccountId = Branded<'AccountId'>;

const PREFIX = 0x05;

/** Check and brand 33 bytes. Throws IdentityError `wrong-prefix` or BytesError `wrong-length`. */
export function accountIdFromBytes(bytes: Uint8Array): AccountId {
  const id = brandBytes(bytes, 33, 'AccountId');
  if (id[0] !== PREFIX) {
    throw new IdentityError('wrong-prefix', 'an account ID begins with 05', {
      prefix: toHex(id.subarray(0, 1)),
    });
  }
  return id;
}

/** Parse 66 hexadecimal digits of either case. Throws IdentityError only. */
export function parseAccountId(text: string): AccountId {
  const trimmed = text.trim();
  if (trimmed.length !== 66) {
    throw new IdentityError('wrong-length', `an account ID has 66 digits, this has ${trimmed.length}`);
  }
  if (!/^[0-9a-fA-F]*$/.test(trimmed)) {
    throw new IdentityError('bad-character', 'an account ID has only the digits 0-9 and a-f');
  }
  return accountIdFromBytes(fromHex(trimmed));
}

/** 66 lower-case hexadecimal digits. */
export function formatAccountId(id: AccountId): string {
  return toHex(id);
}

/** The account of an Ed25519 identity key; `undefined` for bytes that are no usable point. */
export function accountOfIdentityKey(identityKey: Bytes): AccountId | undefined {
  const ratchetKey = ed25519PublicToX25519(identityKey);
  if (ratchetKey === undefined) return undefined;
  return accountIdFromBytes(concatBytes(Uint8Array.of(PREFIX), ratchetKey));
}
