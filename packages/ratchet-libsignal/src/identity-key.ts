import { PrivateKey, ProtocolAddress, type PublicKey } from '@signalapp/libsignal-client';
import { type Bytes, equalBytes } from '@sotto/bytes';
import { type AccountId, aciOf, formatAci } from '@sotto/identity';
import { type DeviceAddress, RatchetError } from '@sotto/ratchet';

export interface IdentityPair {
  readonly privateKey: PrivateKey;
  readonly publicKey: PublicKey;
}

/** The identity pair. Throws RatchetError `bad-local-device` when the secret is another account's. */
export function loadIdentity(account: AccountId, identitySecret: Bytes): IdentityPair {
  const privateKey = deserializeSecret(identitySecret);
  const publicKey = privateKey.getPublicKey();
  if (!equalBytes(publicKey.serialize(), account)) {
    throw new RatchetError('bad-local-device', 'the identity secret does not belong to the account');
  }
  return { privateKey, publicKey };
}

function deserializeSecret(secret: Bytes): PrivateKey {
  try {
    return PrivateKey.deserialize(secret);
  } catch {
    throw new RatchetError('bad-local-device', 'the identity secret is not an X25519 secret');
  }
}

/** How libsignal names a device: the ACI's text and the device ID. */
export function protocolAddress(of: DeviceAddress): ProtocolAddress {
  return ProtocolAddress.new(formatAci(aciOf(of.account)), of.device);
}
