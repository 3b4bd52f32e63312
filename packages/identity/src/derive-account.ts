import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519SecretToX25519, hkdfSha256 } from '@sotto/crypto';
import { type AccountId, accountOfIdentityKey } from './account-id.ts';
import { type Aci, aciOf } from './aci.ts';
import { IdentityError } from './errors.ts';
import type { Seed } from './seed.ts';

/** What every device of an account has. Secrets are raw bytes: wrap them before they travel. */
export interface IdentityKeys {
  readonly account: AccountId;
  readonly aci: Aci;
  /** Ed25519, 32 bytes. */
  readonly identityKey: Bytes;
  /** Ed25519, 64 bytes: seed, then public key. */
  readonly identitySecret: Bytes;
  /** X25519, 32 bytes, clamped: the identity secret of the ratchet. */
  readonly ratchetSecret: Bytes;
}

/** What only the holder of the words has besides. */
export interface AccountKeys extends IdentityKeys {
  /** Ed25519, 32 bytes; fixed in the first record. */
  readonly recoveryKey: Bytes;
  /** Ed25519, 64 bytes. Needed for the first record and to take an account back; else not kept. */
  readonly recoverySecret: Bytes;
}

const EMPTY = new Uint8Array(0);

/** Everything that follows from a seed (design §1.1). */
export function deriveAccount(seed: Seed): AccountKeys {
  const recoverySeed = hkdfSha256({
    ikm: seed,
    salt: EMPTY,
    info: utf8('sotto recovery key v1'),
    length: 32,
  });
  const recovery = ed25519KeyPair(recoverySeed);
  const identity = expandIdentity(ed25519KeyPair(seed).secretKey);
  return { ...identity, recoveryKey: recovery.publicKey, recoverySecret: recovery.secretKey };
}

/** The same without recovery, for devices that received only the expanded identity key. */
export function expandIdentity(identitySecret: Bytes): IdentityKeys {
  if (identitySecret.length !== 64) {
    throw new IdentityError('wrong-length', `an identity secret has 64 bytes, not ${identitySecret.length}`);
  }
  const identityKey = identitySecret.slice(32);
  const account = accountOfIdentityKey(identityKey);
  if (account === undefined) throw new IdentityError('bad-character', 'not an identity secret');
  return {
    account,
    aci: aciOf(account),
    identityKey,
    identitySecret,
    ratchetSecret: ed25519SecretToX25519(identitySecret),
  };
}

/** The password with which a lost account is taken back at one relay; other relays get others. */
export function deriveRelayRecoveryPassword(seed: Seed, relay: string): Bytes {
  const info = concatBytes(utf8('sotto relay recovery v1'), Uint8Array.of(0), utf8(relay));
  return hkdfSha256({ ikm: seed, salt: EMPTY, info, length: 32 });
}
