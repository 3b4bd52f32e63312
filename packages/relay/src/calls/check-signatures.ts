import { PublicKey } from '@signalapp/libsignal-client';
import type { Bytes } from '@sotto/bytes';
import type { WireSignedPreKey } from '@sotto/protocol';

/** First byte of a serialized key: X25519 and Kyber-1024 (signal-service §0). */
const EC_TYPE = 0x05;
const KYBER_TYPE = 0x08;

/** Every signature is the identity key's over the serialized key, and every key is of its kind. */
export function signaturesHold(
  identityKey: Bytes,
  keys: { readonly ec: readonly WireSignedPreKey[]; readonly kyber: readonly WireSignedPreKey[] },
): boolean {
  const typesHold =
    keys.ec.every(({ publicKey }) => publicKey[0] === EC_TYPE) &&
    keys.kyber.every(({ publicKey }) => publicKey[0] === KYBER_TYPE);
  if (!typesHold) return false;
  try {
    const identity = PublicKey.deserialize(identityKey);
    return [...keys.ec, ...keys.kyber].every(({ publicKey, signature }) =>
      identity.verify(publicKey, signature),
    );
  } catch {
    return false;
  }
}
