import { describe, expect, it } from 'vitest';
import type { RatchetEngine } from '../port.ts';
import { createParty, type Party } from './party.ts';

/** The handshake's replay memory and what becomes of one-time keys (design §1.2, Replay). */
export function firstMessageSuite(makeEngine: () => RatchetEngine): void {
  const loseSession = async (party: Party, other: Party): Promise<void> =>
    party.store.commit(await party.ratchet().closeSession(other.address));

  describe('first messages', () => {
    it('are duplicates when replayed into their session', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      const sealed = await alice.send(bob, 'once');
      expect(await bob.receive(sealed, alice)).toBe('once');
      expect(await bob.receive(sealed, alice)).toBe('duplicate');
      await alice.receive(await bob.send(alice, 'answer'), bob);
      await bob.receive(await alice.send(bob, 'steady'), alice);
      expect(await bob.receive(sealed, alice)).toBe('duplicate');
    });

    it('to the last-resort key are remembered when the session is gone', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      for (let taken = 0; taken < 100; taken++) bob.takeBundle();
      const sealed = await alice.send(bob, 'once');
      expect(await bob.receive(sealed, alice)).toBe('once');
      expect(await bob.store.keys('first-message')).toHaveLength(1);
      await loseSession(bob, alice);
      const before = bob.store.snapshot();
      expect(await bob.receive(sealed, alice)).toBe('duplicate');
      expect(bob.store.snapshot()).toBe(before);
    });

    it('to one-time keys cannot be replayed, because those are gone', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const bob = await createParty(engine);
      const sealed = await alice.send(bob, 'once');
      expect(await bob.receive(sealed, alice)).toBe('once');
      expect(await bob.store.keys('pre-key')).toHaveLength(99);
      expect(await bob.store.keys('kyber-pre-key')).toHaveLength(100);
      expect(await bob.store.keys('first-message')).toHaveLength(0);
      await loseSession(bob, alice);
      expect(await bob.receive(sealed, alice)).toBe('no-pre-key');
    });

    it('keep their one-time keys when they fail', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const mallory = await createParty(engine, { registrationId: alice.local.registrationId });
      const bob = await createParty(engine);
      const before = bob.store.snapshot();
      const message = await alice.encrypt(bob, 'from alice');
      const sealed = await mallory.ratchet().seal(bob.address, message);
      if (sealed.outcome !== 'sealed') throw new Error(sealed.outcome);
      expect(await bob.receive(sealed.bytes, mallory)).toBe('identity-mismatch');
      expect(bob.store.snapshot()).toBe(before);
    });

    it('from many senders share the last-resort key', async () => {
      const engine = makeEngine();
      const bob = await createParty(engine);
      for (let taken = 0; taken < 100; taken++) bob.takeBundle();
      const senders: Party[] = [];
      for (let index = 0; index < 5; index++) senders.push(await createParty(engine));
      for (const [index, sender] of senders.entries()) {
        expect(await bob.receive(await sender.send(bob, `text ${index}`), sender)).toBe(`text ${index}`);
        expect(await sender.receive(await bob.send(sender, 'answer'), bob)).toBe('answer');
      }
      expect(await bob.store.keys('first-message')).toHaveLength(5);
    });

    it('handed the same one-time key twice: the second sender gets no session', async () => {
      const engine = makeEngine();
      const bob = await createParty(engine);
      const bundle = bob.takeBundle();
      const [alice, carol] = [await createParty(engine), await createParty(engine)];
      const twice: Party = { ...bob, takeBundle: () => bundle };
      expect(await bob.receive(await alice.send(twice, 'first'), alice)).toBe('first');
      expect(await bob.receive(await carol.send(twice, 'second'), carol)).toBe('no-pre-key');
    });
  });
}
