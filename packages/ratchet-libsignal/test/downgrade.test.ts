import { PreKeySignalMessage, PrivateKey, PublicKey, SignalMessage } from '@signalapp/libsignal-client';
import { asBytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { createParty, knownDevices } from '@sotto/ratchet/testing';
import { describe, expect, it } from 'vitest';
import { libsignalEngine } from '../src/engine.ts';

/** Versions before 4 had no post-quantum part. */
describe('downgrades', () => {
  it.each([2, 3, 4])('a first message of version %i without a Kyber key opens nothing', async (version) => {
    const alice = await createParty(libsignalEngine);
    const bob = await createParty(libsignalEngine);
    const before = bob.store.snapshot();
    const { signedPreKey, preKey } = bob.takeBundle();
    const ratchetKey = PrivateKey.generate().getPublicKey();
    const [ours, theirs] = [alice, bob].map((party) => PublicKey.deserialize(party.local.account)) as [
      PublicKey,
      PublicKey,
    ];
    const inner = SignalMessage._new(
      version,
      randomBytes(32),
      ratchetKey,
      0,
      0,
      randomBytes(32),
      ours,
      theirs,
      new Uint8Array(0),
    );
    const message = PreKeySignalMessage._new(
      version,
      alice.local.registrationId,
      preKey?.id ?? null,
      signedPreKey.id,
      PrivateKey.generate().getPublicKey(),
      ours,
      inner,
    );
    const outcome = await bob.ratchet().decrypt({
      unsealed: {
        from: alice.address,
        certificateSignature: alice.certificateSignature,
        message: { kind: 'first', bytes: asBytes(message.serialize()) },
      },
      knownDevices: knownDevices(alice),
    });
    expect(outcome).toEqual({ outcome: 'invalid' });
    expect(bob.store.snapshot()).toBe(before);
  });
});
