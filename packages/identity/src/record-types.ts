import type { Bytes } from '@sotto/bytes';
import type { AccountId } from './account-id.ts';

/** A public prekey with the identity key's signature over its serialized form. */
export interface SignedKeyRecord {
  readonly id: number;
  readonly publicKey: Bytes;
  readonly signature: Bytes;
}

/** One device as the account record lists it. */
export interface DeviceRecord {
  /** 1..127 */
  readonly id: number;
  /** 1..0x3FFF; a new one means a new installation behind the same ID. */
  readonly registrationId: number;
  /** Ed25519, 32 bytes; signs later revisions. */
  readonly deviceKey: Bytes;
  readonly signedPreKey: SignedKeyRecord;
  readonly lastResortKyberPreKey: SignedKeyRecord;
  /** Signature of this device's sender certificate, 64 bytes. */
  readonly certificateSignature: Bytes;
  /** Milliseconds. */
  readonly createdAt: number;
}

/** A relay where the account can be reached. */
export interface RelayAddress {
  /** Origin, without path or key. */
  readonly url: string;
  /** SHA-256 of the relay's SPKI, 32 bytes; absent when a known authority vouches for it. */
  readonly key?: Bytes;
  /** X25519, 32 bytes: how the relay is reached as a server destination of onion requests; absent when it is not. */
  readonly onionKey?: Bytes;
}

/** The decoded account record (design §1.5). */
export interface AccountRecord {
  readonly version: number;
  readonly account: AccountId;
  /** Ed25519, 32 bytes. */
  readonly identityKey: Bytes;
  /** Ed25519, 32 bytes. */
  readonly recoveryKey: Bytes;
  readonly revision: number;
  /** 32 bytes; absent at revision 1. */
  readonly previousHash?: Bytes;
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly minVersion: number;
  readonly devices: readonly DeviceRecord[];
  readonly relays: readonly RelayAddress[];
  readonly serverCertificate: Bytes;
  /** SHA-256 of the serialized record: what the next revision names as its previous. */
  readonly hash: Bytes;
}
