import { describe, expect, it } from 'vitest';
import {
  MAX_KEY_ID,
  MAX_ONE_TIME_KEYS,
  ONE_TIME_KEYS,
  PRE_KEY_RETENTION,
  PRE_KEY_ROTATION,
} from '../constants.ts';
import type { RatchetEngine } from '../port.ts';
import { createParty, START } from './party.ts';

const MINUTE = 60_000;
const FULL = { preKeys: 100, kyberPreKeys: 100 };
const EMPTY = { preKeys: 0, kyberPreKeys: 0 };

/** Making, rotating and letting go of prekeys. Times are the port's constants. */
export function prekeySuite(makeEngine: () => RatchetEngine): void {
  describe('prekeys', () => {
    it('are made whole at first, under IDs of three bytes', async () => {
      const party = await createParty(makeEngine());
      const { signedPreKey, lastResortKyberPreKey, preKeys, kyberPreKeys } = await party.maintain({
        force: true,
        remaining: EMPTY,
      });
      expect(preKeys).toHaveLength(ONE_TIME_KEYS);
      expect(kyberPreKeys).toHaveLength(ONE_TIME_KEYS);
      const ids = [signedPreKey, lastResortKyberPreKey, ...preKeys, ...kyberPreKeys].map(
        (key) => key?.id ?? 0,
      );
      expect(ids.every((id) => Number.isInteger(id) && id >= 1 && id <= MAX_KEY_ID)).toBe(true);
      for (const keys of [preKeys, kyberPreKeys]) {
        expect(new Set(keys.map(({ id }) => id)).size).toBe(ONE_TIME_KEYS);
      }
      expect(signedPreKey?.publicKey).toHaveLength(33);
      expect(signedPreKey?.signature).toHaveLength(64);
      expect(lastResortKyberPreKey?.publicKey).toHaveLength(1569);
    });

    it('are current, due or not', async () => {
      const engine = makeEngine();
      const party = await createParty(engine);
      const first = await party.ratchet().current();
      expect(await party.ratchet().current()).toEqual(first);
      const { signedPreKey, lastResortKyberPreKey } = await party.maintain({
        force: true,
        now: START + MINUTE,
      });
      expect(await party.ratchet().current()).toEqual({ signedPreKey, lastResortKyberPreKey });
      expect(first?.signedPreKey.id).not.toBe(signedPreKey?.id);
      const bare = await createParty(engine);
      for (const table of ['signed-pre-key', 'kyber-pre-key'] as const) {
        const keys = await bare.store.keys(table);
        bare.store.commit(keys.map((key) => ({ table, key, value: null })));
      }
      expect(await bare.ratchet().current()).toBeUndefined();
    });

    it('rotate every two days, also when the clock was set back', async () => {
      const party = await createParty(makeEngine());
      const at = async (now: number): Promise<boolean> => {
        const { published } = await party.ratchet().maintain({ now });
        return published.signedPreKey !== undefined && published.lastResortKyberPreKey !== undefined;
      };
      expect(await at(START)).toBe(false);
      expect(await at(START + PRE_KEY_ROTATION - MINUTE)).toBe(false);
      expect(await at(START + PRE_KEY_ROTATION)).toBe(true);
      expect(await at(START - MINUTE)).toBe(false);
      expect(await at(START - PRE_KEY_ROTATION)).toBe(true);
    });

    it('go on rotating after a clock that was ahead is put right', async () => {
      const party = await createParty(makeEngine());
      const year = 365 * 24 * 60 * MINUTE;
      await party.maintain({ now: START + year });
      const ahead = await party.ratchet().current();
      const made: unknown[] = [];
      for (let hour = 1; hour <= 3; hour++) {
        const { signedPreKey, lastResortKyberPreKey } = await party.maintain({
          now: START + hour * 60 * MINUTE,
        });
        if (signedPreKey !== undefined) made.push({ signedPreKey, lastResortKyberPreKey });
      }
      expect(made).toHaveLength(1);
      expect(await party.ratchet().current()).toEqual(made[0]);
      expect(await party.ratchet().current()).not.toEqual(ahead);
      const corrected = START + 60 * MINUTE;
      await party.maintain({ now: corrected + PRE_KEY_RETENTION });
      await party.maintain({ now: corrected + PRE_KEY_RETENTION + MINUTE });
      expect(await party.store.keys('signed-pre-key')).not.toContain(String(ahead?.signedPreKey.id));
      expect(await party.store.keys('kyber-pre-key')).not.toContain(String(ahead?.lastResortKyberPreKey.id));
    });

    it('survive a clock that was behind and is put right', async () => {
      const engine = makeEngine();
      const [alice, bob] = [await createParty(engine), await createParty(engine)];
      const late = await alice.send(bob, 'late');
      await bob.maintain({ now: START - 2 * PRE_KEY_RETENTION });
      await bob.maintain({ now: START + MINUTE });
      expect(await bob.receive(late, alice)).toBe('late');
    });

    it('are made by the hundred, when fewer than ten remain', async () => {
      const party = await createParty(makeEngine());
      const made = async (preKeys: number, kyberPreKeys: number): Promise<number[]> => {
        const { published } = await party
          .ratchet()
          .maintain({ now: START, remaining: { preKeys, kyberPreKeys } });
        return [published.preKeys.length, published.kyberPreKeys.length];
      };
      expect(await made(100, 10)).toEqual([0, 0]);
      expect(await made(9, 10)).toEqual([100, 0]);
      expect(await made(50, 0)).toEqual([0, 100]);
      const unasked = await party.ratchet().maintain({ now: START });
      expect(unasked.published.preKeys).toHaveLength(0);
    });

    it('that could not be uploaded are handed out again instead of more', async () => {
      const party = await createParty(makeEngine());
      const handOut = async (minute: number, remaining = EMPTY) => {
        const { published, changes } = await party
          .ratchet()
          .maintain({ now: START + minute * MINUTE, remaining });
        party.store.commit(changes);
        return published;
      };
      const first = await handOut(1);
      expect(first.preKeys).toHaveLength(ONE_TIME_KEYS);
      for (let minute = 2; minute <= 15; minute++) {
        const { preKeys, kyberPreKeys } = await handOut(minute);
        expect(byId(preKeys)).toEqual(byId(first.preKeys));
        expect(byId(kyberPreKeys)).toEqual(byId(first.kyberPreKeys));
      }
      expect(await party.store.keys('pre-key')).toHaveLength(2 * ONE_TIME_KEYS);
      party.store.commit(await party.ratchet().published(first));
      const next = await handOut(16);
      expect(next.preKeys).toHaveLength(ONE_TIME_KEYS);
      const known = new Set(first.preKeys.map(({ id }) => id));
      expect(next.preKeys.some(({ id }) => known.has(id))).toBe(false);
      // The answer to this upload was lost, but the relay has them.
      expect((await handOut(17, FULL)).preKeys).toHaveLength(0);
      const after = await handOut(18);
      expect(after.preKeys.some(({ id }) => next.preKeys.some((key) => key.id === id))).toBe(false);
    });

    it('that replace an old batch are handed out until they are uploaded', async () => {
      const party = await createParty(makeEngine());
      const old = START + PRE_KEY_RETENTION + MINUTE;
      const ask = { now: old, remaining: FULL };
      const one = await party.ratchet().maintain(ask);
      expect(one.published.preKeys).toHaveLength(ONE_TIME_KEYS);
      party.store.commit(one.changes);
      const two = await party.ratchet().maintain({ ...ask, now: old + MINUTE });
      expect(byId(two.published.preKeys)).toEqual(byId(one.published.preKeys));
      expect(byId(two.published.kyberPreKeys)).toEqual(byId(one.published.kyberPreKeys));
      party.store.commit(two.changes);
      party.store.commit(await party.ratchet().published(two.published));
      const three = await party.ratchet().maintain({ ...ask, now: old + 2 * MINUTE });
      expect(three.published.preKeys).toHaveLength(0);
      expect(three.published.kyberPreKeys).toHaveLength(0);
    });

    it('that were used before their upload was confirmed stay away', async () => {
      const party = await createParty(makeEngine());
      const made = await party.maintain({ now: START + MINUTE, remaining: EMPTY });
      const key = String(made.preKeys[0]?.id);
      party.store.commit([{ table: 'pre-key', key, value: null }]);
      party.store.commit(await party.ratchet().published(made));
      expect(await party.store.keys('pre-key')).not.toContain(key);
    });

    it('open a late first message inside retention and not outside', async () => {
      const engine = makeEngine();
      const alice = await createParty(engine);
      const carol = await createParty(engine);
      const bob = await createParty(engine);
      for (let taken = 0; taken < 100; taken++) bob.takeBundle();
      const late = await alice.send(bob, 'late');
      const tooLate = await carol.send(bob, 'too late');
      const superseded = START + PRE_KEY_ROTATION;
      await bob.maintain({ now: superseded });
      await bob.maintain({ now: superseded + PRE_KEY_RETENTION });
      expect(await bob.receive(late, alice)).toBe('late');
      expect(await bob.store.keys('first-message')).toHaveLength(1);
      await bob.maintain({ now: superseded + PRE_KEY_RETENTION + MINUTE });
      expect(await bob.receive(tooLate, carol)).toBe('no-pre-key');
      expect(await bob.store.keys('first-message')).toHaveLength(0);
      expect(await bob.receive(await alice.send(bob, 'steady enough'), alice)).toBe('steady enough');
    });

    it('of one batch outlive the next batch by the retention, and the newest batch stays', async () => {
      const party = await createParty(makeEngine());
      const next = START + MINUTE;
      await party.maintain({ now: next, remaining: EMPTY });
      expect(await party.store.keys('pre-key')).toHaveLength(200);
      await party.maintain({ now: next + PRE_KEY_RETENTION, remaining: FULL });
      expect(await party.store.keys('pre-key')).toHaveLength(200);
      const { preKeys } = await party.maintain({ now: next + PRE_KEY_RETENTION + MINUTE, remaining: FULL });
      expect(preKeys).toHaveLength(ONE_TIME_KEYS);
      expect(await party.store.keys('pre-key')).toHaveLength(200);
      expect((await party.store.keys('kyber-pre-key')).length).toBeLessThanOrEqual(204);
    });

    it('do not pile up when somebody drains them', { timeout: 60_000 }, async () => {
      const party = await createParty(makeEngine());
      for (let round = 1; round <= 12; round++) {
        await party.maintain({ now: START + round * MINUTE, remaining: { preKeys: 0, kyberPreKeys: 10 } });
      }
      expect(await party.store.keys('pre-key')).toHaveLength(MAX_ONE_TIME_KEYS);
    });
  });
}

function byId<Key extends { readonly id: number }>(keys: readonly Key[]): Key[] {
  return keys.toSorted((left, right) => left.id - right.id);
}
