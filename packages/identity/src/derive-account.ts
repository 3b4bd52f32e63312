import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { ed25519Expand, ed25519KeyPair, ed25519PublicOfExpanded, hkdfSha256 } from '@sotto/crypto';
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
  /**
   * Expanded Ed25519, 64 bytes: clamped scalar, then prefix. It signs, and neither the seed nor the
   * words nor the recovery key can be computed from it.
   */
  readonly identitySecret: Bytes;
  /** X25519, 32 bytes, clamped: the scalar of the identity key, and the identity secret of the ratchet. */
  readonly ratchetSecret: Bytes;
}

/** What only the holder of the words has besides. */
export interface AccountKeys extends IdentityKeys {
  /** Ed25519, 32 bytes; fixed in the first record. */
  readonly recoveryKey: Bytes;
  /** Ed25519, 64 bytes: seed, then public key. Needed for the first record and to take an account back; else not kept. */
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
  const identity = expandIdentity(ed25519Expand(seed));
  return { ...identity, recoveryKey: recovery.publicKey, recoverySecret: recovery.secretKey };
}

/**
 * The same without recovery, for devices that received only the expanded identity key. Throws
 * IdentityError `wrong-length`, or `bad-character` for 64 bytes that are no such key.
 */
export function expandIdentity(identitySecret: Bytes): IdentityKeys {
  if (identitySecret.length !== 64) {
    throw new IdentityError('wrong-length', `an identity secret has 64 bytes, not ${identitySecret.length}`);
  }
  const identityKey = ed25519PublicOfExpanded(identitySecret);
  const account = identityKey && accountOfIdentityKey(identityKey);
  if (identityKey === undefined || account === undefined) {
    throw new IdentityError('bad-character', 'not an identity secret');
  }
  return {
    account,
    aci: aciOf(account),
    identityKey,
    identitySecret,
    ratchetSecret: identitySecret.slice(0, 32),
  };
}

/** The password with which a lost account is taken back at one relay; other relays get others. */
export function deriveRelayRecoveryPassword(seed: Seed, relay: string): Bytes {
  const info = concatBytes(utf8('sotto relay recovery v1'), Uint8Array.of(0), utf8(relay));
  return hkdfSha256({ ikm: seed, salt: EMPTY, info, length: 32 });
}
