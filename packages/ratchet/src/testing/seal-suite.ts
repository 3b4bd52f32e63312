import { asBytes, equalBytes, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PLAINTEXT, SEALED_SIZES } from '../constants.ts';
import type { RatchetEngine, RatchetMessage } from '../port.ts';
import { createParty } from './party.ts';

/** Sizes, freshness and refusals of seals. Hostile certificates are the engine's own tests. */
export function sealSuite(makeEngine: () => RatchetEngine): void {
  describe('seals', () => {
    it('are exactly one of three sizes for every length that fits', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      const [small, middle, large] = SEALED_SIZES;
      const lengths = [0, 1, 100, 127, 128, 129, 2_000, 15_000, 16_000, 73_000];
      for (const edge of [small, middle, large]) {
        for (let less = 340; less <= 400; less++) lengths.push(edge - less);
      }
      for (const length of lengths) {
        const message: RatchetMessage = { kind: 'steady', bytes: new Uint8Array(length) };
        const sealed = await alice.ratchet().seal(bob.address, message);
        if (sealed.outcome === 'too-large') {
          expect(length).toBeGreaterThan(sealed.limit);
          continue;
        }
        expect(SEALED_SIZES).toContain(sealed.bytes.length);
        const smaller = SEALED_SIZES.filter((size) => size < sealed.bytes.length).at(-1) ?? 0;
        expect(length).toBeGreaterThan(smaller - 400);
        const opened = await bob.ratchet().unseal(sealed.bytes);
        expect(opened).toMatchObject({ outcome: 'unsealed', unsealed: { from: alice.address } });
        if (opened.outcome !== 'unsealed') throw new Error(opened.reason);
        expect(opened.unsealed.message.kind).toBe('steady');
        expect(equalBytes(opened.unsealed.message.bytes, message.bytes)).toBe(true);
      }
    });

    it('say how much fits, and mean it', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      const seal = (length: number) =>
        alice.ratchet().seal(bob.address, { kind: 'first', bytes: new Uint8Array(length) });
      const refused = await seal(100_000);
      if (refused.outcome !== 'too-large') throw new Error(refused.outcome);
      expect((await seal(refused.limit)).outcome).toBe('sealed');
      expect(await seal(refused.limit + 1)).toEqual(refused);
      const sealed = await alice.send(bob, 'x'.repeat(MAX_PLAINTEXT));
      expect(sealed).toHaveLength(SEALED_SIZES[2]);
      expect(await bob.receive(sealed, alice)).toHaveLength(MAX_PLAINTEXT);
    });

    it('of first and of steady messages look alike', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      const first = await alice.send(bob, 'x'.repeat(160));
      await bob.receive(first, alice);
      const steady = await bob.send(alice, 'x'.repeat(160));
      expect(first).toHaveLength(SEALED_SIZES[0]);
      expect(steady).toHaveLength(SEALED_SIZES[0]);
    });

    it('of the same message have no 16 bytes in common', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      const message = await alice.encrypt(bob, 'twice');
      const one = await alice.ratchet().seal(bob.address, message);
      const two = await alice.ratchet().seal(bob.address, message);
      if (one.outcome !== 'sealed' || two.outcome !== 'sealed') throw new Error('too large');
      const windows = new Set<string>();
      for (let at = 0; at + 16 <= one.bytes.length; at++) windows.add(toHex(one.bytes.subarray(at, at + 16)));
      for (let at = 0; at + 16 <= two.bytes.length; at++) {
        expect(windows.has(toHex(two.bytes.subarray(at, at + 16)))).toBe(false);
      }
      expect(await bob.receive(two.bytes, alice)).toBe('twice');
      expect(await bob.receive(one.bytes, alice)).toBe('duplicate');
    });

    it('open for their own device only', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      const tablet = await createParty(engine, { accountOf: bob, device: 2 });
      const sealed = await alice.send(bob, 'for device 1');
      expect(await tablet.ratchet().unseal(sealed)).toEqual({
        outcome: 'refused',
        reason: 'other-destination',
      });
      const carol = await createParty(engine);
      expect(await carol.ratchet().unseal(sealed)).toEqual({ outcome: 'refused', reason: 'not-a-seal' });
    });

    it('come from siblings but never from the device itself', async () => {
      const engine = makeEngine();
      const bob = await createParty(engine);
      const tablet = await createParty(engine, { accountOf: bob, device: 2 });
      expect(await bob.receive(await tablet.send(bob, 'sync'), tablet)).toBe('sync');
      const message: RatchetMessage = { kind: 'steady', bytes: randomBytes(40) };
      const own = await bob.ratchet().seal(bob.address, message);
      if (own.outcome !== 'sealed') throw new Error(own.outcome);
      expect(await bob.ratchet().unseal(own.bytes)).toEqual({ outcome: 'refused', reason: 'own-device' });
    });

    it('refuse bytes of another size, noise and any flipped bit', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      const sealed = await alice.send(bob, 'whole');
      const shorter = asBytes(sealed.slice(0, -1));
      expect(await bob.ratchet().unseal(shorter)).toEqual({ outcome: 'refused', reason: 'wrong-size' });
      expect(await bob.ratchet().unseal(new Uint8Array(0))).toMatchObject({ reason: 'wrong-size' });
      const noise = randomBytes(SEALED_SIZES[0]);
      expect(await bob.ratchet().unseal(noise)).toEqual({ outcome: 'refused', reason: 'not-a-seal' });
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: sealed.length * 8 - 1 }), async (position) => {
          const damaged = sealed.slice();
          damaged[position >> 3] = (damaged[position >> 3] as number) ^ (1 << (position & 7));
          expect((await bob.ratchet().unseal(damaged)).outcome).toBe('refused');
        }),
        { numRuns: 60 },
      );
      expect(await bob.open(sealed, alice)).toMatchObject({ outcome: 'decrypted' });
    });
  });
}
