import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { rows } from '@sotto/database';
import { aciFromBytes } from '@sotto/identity';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { putAccount } from './accounts.ts';
import { openRelayStore, type RelayStore } from './relay-store.ts';
import {
  awaitReclaim,
  confirmUsername,
  forgetUsernames,
  giveUpUsername,
  reserveUsername,
} from './usernames.ts';

let folder: string;
let store: RelayStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-usernames-'));
  store = openRelayStore(join(folder, 'relay.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const bytes = (value: number, length: number) => new Uint8Array(length).fill(value);
const accounts = [1, 2, 3].map((number) => aciFromBytes(bytes(number, 16)));

const step = fc.record({
  who: fc.constantFrom(...accounts),
  what: fc.constantFrom('reserve', 'confirm', 'give up', 'register anew', 'housekeeping'),
  names: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
  later: fc.constantFrom(0, 60_000, 400_000, 86_400_000 * 4),
});

it('wait for whoever registers anew in the place of what was reserved beside them', async () => {
  const [aci] = accounts as [(typeof accounts)[number]];
  const [name, other] = [bytes(1, 32), bytes(2, 32)];
  const found = await store.write(function* () {
    const keys = { identityKey: bytes(5, 33), authCredentialSalt: randomBytes(16) };
    yield* putAccount({ aci, ...keys, unrestrictedAccess: true }, 1);
    yield* reserveUsername(aci, [name], 1);
    yield* confirmUsername({ aci, hash: name, linkHandle: randomBytes(16), now: 1 });
    yield* reserveUsername(aci, [other], 1);
    yield* awaitReclaim(aci, 1);
    return yield* rows('SELECT hash, state FROM username');
  });
  expect(found).toEqual([{ hash: name, state: 'reclaimable' }]);
});

it('are one confirmed, one reserved and three held of an account at the most, whatever it does', async () => {
  for (const aci of accounts) {
    const keys = { identityKey: bytes(5, 33), authCredentialSalt: randomBytes(16) };
    await store.write(() => putAccount({ aci, ...keys, unrestrictedAccess: true }, 1));
  }
  let now = 1_000_000;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      for (const { who, what, names, later } of steps) {
        now += later;
        const hashes = names.map((name) => bytes(name, 32));
        const hash = hashes[0] as (typeof hashes)[number];
        await store.write(function* () {
          if (what === 'reserve') yield* reserveUsername(who, hashes, now);
          else if (what === 'confirm') {
            const linkHandle = randomBytes(16);
            yield* confirmUsername({ aci: who, hash, encryptedUsername: bytes(7, 112), linkHandle, now });
          } else if (what === 'give up') yield* giveUpUsername(who, now);
          else if (what === 'register anew') yield* awaitReclaim(who, now);
          else yield* forgetUsernames(now);
        });
      }
      const found = await store.read(() =>
        rows(
          `SELECT aci, SUM(CASE WHEN state = 'confirmed' THEN 1 ELSE 0 END) AS confirmed,
             SUM(CASE WHEN state IN ('reserved', 'reclaimable') THEN 1 ELSE 0 END) AS reserved,
             SUM(CASE WHEN state = 'held' THEN 1 ELSE 0 END) AS held,
             SUM(CASE WHEN (state = 'confirmed') <> (until IS NULL) THEN 1 ELSE 0 END) AS unsound
           FROM username GROUP BY aci`,
        ),
      );
      for (const one of found) {
        expect(Number(one['confirmed'])).toBeLessThanOrEqual(1);
        expect(Number(one['reserved'])).toBeLessThanOrEqual(1);
        expect(Number(one['held'])).toBeLessThanOrEqual(3);
        expect(Number(one['unsound'])).toBe(0);
      }
    }),
    { numRuns: 200 },
  );
});
