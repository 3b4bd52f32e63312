import { Fingerprint, PrivateKey, PublicKey } from '@signalapp/libsignal-client';
import { ProfileKey } from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes, equalBytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import {
  type AccountId,
  aciOf,
  checkSafetyQr,
  createSeed,
  deriveAccessKey,
  deriveAccount,
  safetyNumber,
} from '@sotto/identity';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** What identity computes by itself must be what Signal's own library computes. */
describe('identity agrees with libsignal', () => {
  const newAccount = (): { account: AccountId; ratchetSecret: Bytes } =>
    deriveAccount(createSeed(randomBytes));

  it('on the public key of an account', () => {
    for (let count = 0; count < 20; count++) {
      const { account, ratchetSecret } = newAccount();
      const key = PrivateKey.deserialize(ratchetSecret).getPublicKey();
      expect(equalBytes(key.serialize(), account)).toBe(true);
      expect(PublicKey.deserialize(account).equals(key)).toBe(true);
    }
  });

  it('on safety numbers and their QR codes', () => {
    for (let count = 0; count < 5; count++) {
      const [ours, theirs] = [newAccount().account, newAccount().account];
      const libsignal = Fingerprint.new(
        5200,
        2,
        aciOf(ours),
        PublicKey.deserialize(ours),
        aciOf(theirs),
        PublicKey.deserialize(theirs),
      );
      const number = safetyNumber(ours, theirs);
      expect(number.digits).toBe(libsignal.displayableFingerprint().toString());
      expect(asBytes(libsignal.scannableFingerprint().toBuffer())).toEqual(number.qr);
      expect(libsignal.scannableFingerprint().compare(libsignalOf(theirs, ours))).toBe(true);
      expect(checkSafetyQr(libsignalOf(theirs, ours).toBuffer(), ours, theirs)).toBe('match');
    }
  });

  it('on access keys', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const profileKey = asBytes(bytes);
        const expected = new ProfileKey(profileKey).deriveAccessKey();
        expect(equalBytes(deriveAccessKey(profileKey), expected)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

function libsignalOf(local: AccountId, remote: AccountId) {
  const keys = [local, remote].map((account) => PublicKey.deserialize(account)) as [PublicKey, PublicKey];
  return Fingerprint.new(5200, 2, aciOf(local), keys[0], aciOf(remote), keys[1]).scannableFingerprint();
}
