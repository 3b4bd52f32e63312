import type { Bytes } from '@sotto/bytes';
import { utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownDevices, RatchetEngine, RatchetMessage } from '../port.ts';
import { createParty, knownDevices, type Party, START } from './party.ts';

const STALE = 31 * 24 * 60 * 60 * 1000;

/** Two parties and their messages: order, disorder, duplicates, restarts, set up anew. */
export function conversationSuite(makeEngine: () => RatchetEngine): void {
  const pair = async (): Promise<{ alice: Party; bob: Party }> => {
    const engine = makeEngine();
    return { alice: await createParty(engine), bob: await createParty(engine) };
  };

  const seal = async (from: Party, to: Party, message: RatchetMessage): Promise<Bytes> => {
    const sealed = await from.ratchet().seal(to.address, message);
    if (sealed.outcome !== 'sealed') throw new Error(sealed.outcome);
    return sealed.bytes;
  };

  describe('conversation', () => {
    it('carries first and steady messages both ways', async () => {
      const { alice, bob } = await pair();
      const first = await alice.encrypt(bob, 'one');
      expect(first.kind).toBe('first');
      expect((await alice.encrypt(bob, 'two')).kind).toBe('first');
      expect(await bob.receive(await alice.send(bob, 'three'), alice)).toBe('three');
      expect((await bob.encrypt(alice, 'four')).kind).toBe('steady');
      expect(await alice.receive(await bob.send(alice, 'five'), bob)).toBe('five');
      expect((await alice.encrypt(bob, 'six')).kind).toBe('steady');
      expect(await bob.receive(await alice.send(bob, 'seven'), alice)).toBe('seven');
    });

    it('says which message made the session', async () => {
      const { alice, bob } = await pair();
      const one = await bob.open(await alice.send(bob, 'one'), alice);
      if (one.outcome !== 'decrypted') throw new Error(one.outcome);
      expect(one.first).toBe(true);
      bob.store.commit(one.changes);
      expect(await bob.open(await alice.send(bob, 'two'), alice)).toMatchObject({ first: false });
    });

    it('settles when both sides write first', async () => {
      const { alice, bob } = await pair();
      const toBob = await alice.send(bob, 'from alice');
      const toAlice = await bob.send(alice, 'from bob');
      expect(await bob.receive(toBob, alice)).toBe('from alice');
      expect(await alice.receive(toAlice, bob)).toBe('from bob');
      for (const turn of ['a', 'b', 'c']) {
        expect(await bob.receive(await alice.send(bob, turn), alice)).toBe(turn);
        expect(await alice.receive(await bob.send(alice, turn), bob)).toBe(turn);
      }
    });

    it('opens any permutation of a burst, each message once', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc
            .integer({ min: 2, max: 20 })
            .chain((count) =>
              fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count }),
            ),
          fc.boolean(),
          async (order, established) => {
            const { alice, bob } = await pair();
            if (established) {
              await bob.receive(await alice.send(bob, 'hello'), alice);
              await alice.receive(await bob.send(alice, 'hello'), bob);
            }
            const sealed: Bytes[] = [];
            for (const index of order.keys()) sealed.push(await alice.send(bob, `message ${index}`));
            for (const index of order) {
              expect(await bob.receive(sealed[index] as Bytes, alice)).toBe(`message ${index}`);
            }
            for (const message of sealed) expect(await bob.receive(message, alice)).toBe('duplicate');
          },
        ),
        { numRuns: 8 },
      );
    });

    it('survives any interleaving of sending, losing, damaging, repeating and late delivery', {
      timeout: 60_000,
    }, async () => {
      const step = fc.record({
        byAlice: fc.boolean(),
        fate: fc.constantFrom('arrives', 'late', 'lost', 'damaged first', 'arrives twice'),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
          const { alice, bob } = await pair();
          const late: { to: Party; from: Party; sealed: Bytes; text: string }[] = [];
          for (const [index, { byAlice, fate }] of steps.entries()) {
            const [from, to] = byAlice ? [alice, bob] : [bob, alice];
            const text = `message ${index}`;
            const message = await from.encrypt(to, text);
            const sealed = await seal(from, to, message);
            if (fate === 'late') late.push({ from, to, sealed, text });
            if (fate === 'late' || fate === 'lost') continue;
            if (fate === 'damaged first') {
              // Only the sender could: the seal keeps everybody else out.
              const damaged = message.bytes.slice(0, -1);
              const before = to.store.snapshot();
              const broken = await seal(from, to, { ...message, bytes: damaged });
              expect(await to.receive(broken, from)).toBe('invalid');
              expect(to.store.snapshot()).toBe(before);
            }
            expect(await to.receive(sealed, from)).toBe(text);
            if (fate === 'arrives twice') expect(await to.receive(sealed, from)).toBe('duplicate');
          }
          for (const { from, to, sealed, text } of late.reverse()) {
            expect(await to.receive(sealed, from)).toBe(text);
          }
        }),
        { numRuns: 12 },
      );
    });

    it('has done nothing when its changes are dropped', async () => {
      const { alice, bob } = await pair();
      const sealed = await alice.send(bob, 'once');
      const before = bob.store.snapshot();
      for (let attempt = 0; attempt < 3; attempt++) {
        expect((await bob.open(sealed, alice)).outcome).toBe('decrypted');
        expect(bob.store.snapshot()).toBe(before);
      }
      expect(await bob.receive(sealed, alice)).toBe('once');
    });

    it('keeps working after an encryption was dropped', async () => {
      const { alice, bob } = await pair();
      await bob.receive(await alice.send(bob, 'hello'), alice);
      const before = bob.store.snapshot();
      const dropped = await bob
        .ratchet()
        .encrypt({ to: alice.address, plaintext: utf8('never sent'), now: START });
      expect(dropped.outcome).toBe('encrypted');
      expect(bob.store.snapshot()).toBe(before);
      expect(await alice.receive(await bob.send(alice, 'sent'), bob)).toBe('sent');
    });

    it('asks for a bundle without a session and when nobody answered for 30 days', async () => {
      const { alice, bob } = await pair();
      const request = { to: bob.address, plaintext: utf8('hello') };
      expect(await alice.ratchet().hasSession(bob.address, START)).toBe(false);
      expect(await alice.ratchet().encrypt({ ...request, now: START })).toEqual({ outcome: 'needs-bundle' });
      await alice.send(bob, 'unanswered');
      expect(await alice.ratchet().hasSession(bob.address, START)).toBe(true);
      expect(await alice.ratchet().hasSession(bob.address, START + STALE)).toBe(false);
      const late = await alice.ratchet().encrypt({ ...request, now: START + STALE });
      expect(late).toEqual({ outcome: 'needs-bundle' });
    });

    it('starts anew when the bundle names another installation', async () => {
      const { alice, bob } = await pair();
      await bob.receive(await alice.send(bob, 'hello'), alice);
      await alice.receive(await bob.send(alice, 'hello'), bob);
      const again = await createParty(makeEngine(), {
        accountOf: bob,
        registrationId: (bob.local.registrationId % 0x3fff) + 1,
      });
      const bundle = again.takeBundle();
      const encrypted = await alice
        .ratchet()
        .encrypt({ to: again.address, plaintext: utf8('again'), bundle, now: START });
      if (encrypted.outcome !== 'encrypted') throw new Error(encrypted.outcome);
      expect(encrypted.message.kind).toBe('first');
      alice.store.commit(encrypted.changes);
      const sealed = await alice.ratchet().seal(again.address, encrypted.message);
      if (sealed.outcome !== 'sealed') throw new Error(sealed.outcome);
      expect(await again.receive(sealed.bytes, alice)).toBe('again');
    });

    it('refuses what an installation sends that the record no longer lists', async () => {
      const { alice, bob } = await pair();
      const first = await alice.send(bob, 'first');
      await bob.receive(first, alice);
      await alice.receive(await bob.send(alice, 'answer'), bob);
      const steady = await alice.send(bob, 'steady');
      const other = (alice.local.registrationId % 0x3fff) + 1;
      for (const sealed of [first, steady]) {
        const unsealed = await bob.ratchet().unseal(sealed);
        if (unsealed.outcome !== 'unsealed') throw new Error(unsealed.reason);
        const { certificateSignature } = alice;
        const { registrationId } = alice.local;
        const lists: KnownDevices[] = [
          [],
          [{ id: 1, registrationId: other, certificateSignature }],
          [{ id: 2, registrationId, certificateSignature }],
          [{ id: 1, registrationId, certificateSignature: bob.certificateSignature }],
        ];
        for (const devices of lists) {
          const request = { unsealed: unsealed.unsealed, knownDevices: devices };
          expect(await bob.ratchet().decrypt(request)).toEqual({ outcome: 'unknown-device' });
        }
      }
      expect(await bob.receive(steady, alice)).toBe('steady');
    });

    it('heals: what was copied at one moment opens nothing after a round trip', async () => {
      const { alice, bob } = await pair();
      await bob.receive(await alice.send(bob, 'hello'), alice);
      await alice.receive(await bob.send(alice, 'hello'), bob);
      const copied = bob.store.clone();
      const thief = makeEngine().open(bob.local, copied);
      const open = async (sealed: Bytes): Promise<string> => {
        const unsealed = await thief.unseal(sealed);
        if (unsealed.outcome !== 'unsealed') throw new Error(unsealed.reason);
        const request = { unsealed: unsealed.unsealed, knownDevices: knownDevices(alice) };
        return (await thief.decrypt(request)).outcome;
      };
      const within = await alice.send(bob, 'still readable');
      expect(await open(within)).toBe('decrypted');
      await bob.receive(within, alice);
      await alice.receive(await bob.send(alice, 'a new key'), bob);
      const after = await alice.send(bob, 'healed');
      expect(await open(after)).toBe('invalid');
      expect(await bob.receive(after, alice)).toBe('healed');
    });

    it('forgets a closed session, and the next message starts another', async () => {
      const { alice, bob } = await pair();
      await bob.receive(await alice.send(bob, 'hello'), alice);
      await alice.receive(await bob.send(alice, 'hello'), bob);
      const inFlight = await alice.send(bob, 'in flight');
      bob.store.commit(await bob.ratchet().closeSession(alice.address));
      expect(await bob.ratchet().hasSession(alice.address, START)).toBe(false);
      expect(await bob.receive(inFlight, alice)).toBe('no-session');
      expect((await bob.encrypt(alice, 'anew')).kind).toBe('first');
      expect(await alice.receive(await bob.send(alice, 'anew'), bob)).toBe('anew');
      expect(await bob.receive(await alice.send(bob, 'together'), alice)).toBe('together');
    });
  });
}
