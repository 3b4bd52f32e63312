import { type Branded, brandBytes, fromHex, toHex } from '@sotto/bytes';
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

/** Parse 66 hexadecimal digits of either case. */
export function parseAccountId(text: string): AccountId {
  const trimmed = text.trim();
  if (trimmed.length !== 66) {
    throw new IdentityError('wrong-length', `an account ID has 66 digits, this has ${trimmed.length}`, {});
  }
  return accountIdFromBytes(fromHex(trimmed));
}

/** 66 lower-case hexadecimal digits. */
export function formatAccountId(id: AccountId): string {
  return toHex(id);
}
