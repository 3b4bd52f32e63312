import {
  type Direction,
  IdentityChange,
  IdentityKeyPair,
  IdentityKeyStore,
  type PrivateKey,
  type ProtocolAddress,
  PublicKey,
} from '@signalapp/libsignal-client';
import { equalBytes } from '@sotto/bytes';
import type { AccountId } from '@sotto/identity';
import type { LocalKeys } from './local-keys.ts';

/**
 * The identity rule in its whole: an account's key is its ID, so the only trusted key of the account
 * that this operation is about is that ID, and there is no table of keys seen before.
 */
export class OneIdentity extends IdentityKeyStore {
  readonly #local: LocalKeys;
  readonly #peer: AccountId;

  constructor(local: LocalKeys, peer: AccountId) {
    super();
    this.#local = local;
    this.#peer = peer;
  }

  override async getIdentityKey(): Promise<PrivateKey> {
    return this.#local.privateKey;
  }

  /** libsignal's own version computes the public key anew at every message. */
  override async getIdentityKeyPair(): Promise<IdentityKeyPair> {
    return new IdentityKeyPair(this.#local.publicKey, this.#local.privateKey);
  }

  override async getLocalRegistrationId(): Promise<number> {
    return this.#local.registrationId;
  }

  override async saveIdentity(): Promise<IdentityChange> {
    return IdentityChange.NewOrUnchanged;
  }

  override async isTrustedIdentity(
    _name: ProtocolAddress,
    key: PublicKey,
    _direction: Direction,
  ): Promise<boolean> {
    return equalBytes(key.serialize(), this.#peer);
  }

  override async getIdentity(): Promise<PublicKey | null> {
    return PublicKey.deserialize(this.#peer);
  }
}
