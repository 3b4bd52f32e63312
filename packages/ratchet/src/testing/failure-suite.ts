import { asBytes, type Bytes, fromUtf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RatchetError } from '../errors.ts';
import type { DecryptOutcome, RatchetEngine, RatchetMessage } from '../port.ts';
import { createMemoryRatchetStore } from './memory-store.ts';
import { createParty, knownDevices, type Party, START } from './party.ts';

/** Messages that must not open: every one is an outcome and leaves the committed rows as they were. */
export function failureSuite(makeEngine: () => RatchetEngine): void {
  const pair = async (): Promise<{ alice: Party; bob: Party }> => {
    const engine = makeEngine();
    return { alice: await createParty(engine), bob: await createParty(engine) };
  };

  const decryptRaw = (to: Party, from: Party, message: RatchetMessage): Promise<DecryptOutcome> =>
    to.ratchet().decrypt({
      unsealed: { from: from.address, certificateSignature: from.certificateSignature, message },
      knownDevices: knownDevices(from),
    });

  describe('messages that must not open', () => {
    it('changes nothing for damaged messages, and the next good one opens', { timeout: 60_000 }, async () => {
      const { alice, bob } = await pair();
      const first = await alice.encrypt(bob, 'first');
      const fresh = bob.store.clone().snapshot();
      await damaged(bob, alice, first, 'first');
      expect(bob.store.snapshot()).toBe(fresh);
      expect((await decryptRaw(bob, alice, first)).outcome).toBe('decrypted');
      await bob.receive(await alice.send(bob, 'second'), alice);
      await alice.receive(await bob.send(alice, 'answer'), bob);

      const steady = await alice.encrypt(bob, 'third');
      const before = bob.store.snapshot();
      await damaged(bob, alice, steady, 'third');
      expect(bob.store.snapshot()).toBe(before);
      expect((await decryptRaw(bob, alice, steady)).outcome).toBe('decrypted');
      expect(await bob.receive(await alice.send(bob, 'fourth'), alice)).toBe('fourth');
    });

    it('takes no arbitrary bytes for a message', async () => {
      const { alice, bob } = await pair();
      await bob.receive(await alice.send(bob, 'hello'), alice);
      const before = bob.store.snapshot();
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 300 }),
          fc.constantFrom('first' as const, 'steady' as const),
          async (bytes, kind) => {
            const outcome = await decryptRaw(bob, alice, { kind, bytes: asBytes(bytes) });
            expect(outcome.outcome).toBe('invalid');
          },
        ),
        { numRuns: 60 },
      );
      expect(bob.store.snapshot()).toBe(before);
    });

    it('has no session for a steady message from nowhere', async () => {
      const engine = makeEngine();
      const { alice, bob } = await pair();
      const carol = await createParty(engine);
      await bob.receive(await alice.send(bob, 'hello'), alice);
      const toAlice = await bob.encrypt(alice, 'for alice');
      expect(await decryptRaw(carol, bob, toAlice)).toEqual({ outcome: 'no-session' });
    });

    it('does not take a first message under another name', async () => {
      const engine = makeEngine();
      const { alice, bob } = await pair();
      const mallory = await createParty(engine, { registrationId: alice.local.registrationId });
      const before = bob.store.snapshot();
      const stolen = await alice.encrypt(bob, 'from alice');
      expect(await decryptRaw(bob, mallory, stolen)).toEqual({ outcome: 'identity-mismatch' });
      expect(bob.store.snapshot()).toBe(before);
      expect((await decryptRaw(bob, alice, stolen)).outcome).toBe('decrypted');
    });

    it('does not take a steady message under another name', async () => {
      const engine = makeEngine();
      const { alice, bob } = await pair();
      const mallory = await createParty(engine, { registrationId: alice.local.registrationId });
      for (const sender of [alice, mallory]) {
        await bob.receive(await sender.send(bob, 'hello'), sender);
        await sender.receive(await bob.send(sender, 'hello'), bob);
      }
      const stolen = await alice.encrypt(bob, 'from alice');
      expect(await decryptRaw(bob, mallory, stolen)).toEqual({ outcome: 'invalid' });
      expect((await decryptRaw(bob, alice, stolen)).outcome).toBe('decrypted');
    });

    it('refuses a bundle whose keys or signatures do not hold', async () => {
      const { alice, bob } = await pair();
      const bundle = bob.takeBundle();
      const other = (await createParty(makeEngine())).takeBundle();
      const bad = [
        {
          ...bundle,
          signedPreKey: { ...bundle.signedPreKey, signature: flip(bundle.signedPreKey.signature) },
        },
        { ...bundle, kyberPreKey: { ...bundle.kyberPreKey, signature: flip(bundle.kyberPreKey.signature) } },
        { ...bundle, signedPreKey: other.signedPreKey },
        { ...bundle, kyberPreKey: other.kyberPreKey },
        { ...bundle, device: 2 },
        { ...bundle, signedPreKey: { ...bundle.signedPreKey, publicKey: randomBytes(33) } },
        { ...bundle, kyberPreKey: { ...bundle.kyberPreKey, publicKey: randomBytes(10) } },
        { ...bundle, preKey: { id: 1, publicKey: randomBytes(5) } },
      ];
      for (const offered of bad) {
        const request = { to: bob.address, plaintext: randomBytes(4), now: START, bundle: offered };
        expect(await alice.ratchet().encrypt(request)).toEqual({ outcome: 'bad-bundle' });
      }
    });

    it('throws corrupt-state for rows that cannot be read, and passes on what the reader throws', async () => {
      const engine = makeEngine();
      const { alice, bob } = await pair();
      await bob.receive(await alice.send(bob, 'hello'), alice);
      await alice.receive(await bob.send(alice, 'hello'), bob);
      const steady = await alice.encrypt(bob, 'steady');
      const { address, certificateSignature } = alice;
      const unsealed = { from: address, certificateSignature, message: steady };
      const request = { unsealed, knownDevices: knownDevices(alice) };
      const broken = createMemoryRatchetStore();
      const ratchet = engine.open(bob.local, {
        keys: (table) => broken.keys(table),
        get: async () => randomBytes(40),
      });
      await expect(ratchet.decrypt(request)).rejects.toMatchObject({ code: 'corrupt-state' });
      await expect(
        ratchet.encrypt({ to: alice.address, plaintext: randomBytes(4), now: START }),
      ).rejects.toBeInstanceOf(RatchetError);
      const disk = new Error('disk');
      const failing = engine.open(bob.local, {
        keys: () => Promise.reject(disk),
        get: () => Promise.reject(disk),
      });
      await expect(failing.decrypt(request)).rejects.toBe(disk);
    });

    it('opens only a device whose secret and certificate are its account’s', async () => {
      const engine = makeEngine();
      const { alice, bob } = await pair();
      const wrong = [
        { ...alice.local, identitySecret: bob.local.identitySecret },
        { ...alice.local, certificate: bob.local.certificate },
        { ...alice.local, device: 2 },
        { ...alice.local, certificate: randomBytes(100) },
        { ...alice.local, identitySecret: randomBytes(5) },
      ];
      for (const local of wrong) {
        expect(() => engine.open(local, alice.store)).toThrowError(
          expect.objectContaining({ name: 'RatchetError', code: 'bad-local-device' }),
        );
      }
    });
  });

  /** One bit flipped anywhere, a tail cut off or added: nothing may change, and no other text may open. */
  async function damaged(to: Party, from: Party, message: RatchetMessage, text: string): Promise<void> {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: message.bytes.length * 8 - 1 }),
        fc.constantFrom('flip', 'cut', 'extend'),
        async (position, damage) => {
          const bytes =
            damage === 'flip' ? flip(message.bytes, position) : resize(message.bytes, damage, position);
          const outcome = await decryptRaw(to, from, { ...message, bytes });
          if (outcome.outcome === 'decrypted') {
            // Fields outside the MAC may be damaged without harm to the text.
            expect(damage).toBe('flip');
            expect(fromUtf8(outcome.plaintext)).toBe(text);
          }
        },
      ),
      { numRuns: 60 },
    );
  }
}

function flip(bytes: Uint8Array, position = 40): Bytes {
  const copy = asBytes(bytes.slice());
  const index = position >> 3;
  copy[index] = (copy[index] as number) ^ (1 << (position & 7));
  return copy;
}

function resize(bytes: Uint8Array, how: 'cut' | 'extend', by: number): Bytes {
  if (how === 'cut') return asBytes(bytes.slice(0, Math.floor(by / 8)));
  const longer = new Uint8Array(bytes.length + 1 + (by % 20));
  longer.set(bytes);
  return longer;
}
