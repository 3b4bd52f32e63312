import type { Bytes } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair } from '@sotto/crypto';

/** The key with which one device signs revisions of the record: 32 bytes public, 64 secret. */
export type DeviceKey = Ed25519KeyPair;

/** A device key of its own randomness, not derived, so that no other device can sign for this one. */
export function createDeviceKey(random: (length: number) => Bytes): DeviceKey {
  return ed25519KeyPair(random(32));
}
