import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { openPostgres, rows } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { startPostgres } from '@sotto/test-servers';
import { describe, expect, it } from 'vitest';
import {
  addDevice,
  freezeLogins,
  holdsLogin,
  type PhoneIdentity,
  putAccount,
  readAccount,
  readAccountOfNumber,
  readAccountOfPni,
  removeAccount,
  setDiscoverable,
  setLastSeen,
  setPhone,
} from '../src/store/accounts.ts';
import { addTicket, claimTicket, forgetSpent, spendReceipt, spendStamp } from '../src/store/once.ts';
import {
  countPreKeys,
  type KeyOwner,
  readLastingKeys,
  setPreKeys,
  takePreKeys,
} from '../src/store/pre-keys.ts';
import { readRecord, storeRecord } from '../src/store/records.ts';
import { openRelayStore, openSharedRelayStore, type RelayStore } from '../src/store/relay-store.ts';
import { saltedHash } from '../src/store/salted-hash.ts';
import {
  forgetVerifications,
  readVerification,
  VERIFICATION_LIFETIME,
  writeVerification,
} from '../src/store/verifications.ts';

/** Two views of one database, as two processes have them; on SQLite there is one process. */
interface Opened {
  readonly store: RelayStore;
  readonly other: RelayStore;
  close(): Promise<void>;
}

async function onSqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-engines-'));
  const store = openRelayStore(join(folder, 'relay.db'));
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { store, other: store, close };
}

async function onPostgres(): Promise<Opened> {
  const server = await startPostgres();
  const url = await server.createDatabase();
  const [first, second] = [await openPostgres({ url }), await openPostgres({ url })];
  const other = await openSharedRelayStore(second);
  // What one changes the other is told, as over a bus.
  const store = await openSharedRelayStore(first, (name) => other.forget(name));
  const close = async (): Promise<void> => {
    await Promise.all([store.close(), other.close(), first.close(), second.close()]);
    await server.stop();
  };
  return { store, other, close };
}

const newAci = (): Aci => aciFromBytes(randomBytes(16));
const signed = (keyId: number, length: number) => ({
  keyId,
  publicKey: randomBytes(length),
  signature: randomBytes(64),
});

const ATTRIBUTES = {
  fetchesMessages: true,
  registrationId: 7,
  pniRegistrationId: 8,
  unrestrictedUnidentifiedAccess: false,
  discoverableByPhoneNumber: false,
  capabilities: { spqr: true },
};

async function register(store: RelayStore, aci: Aci): Promise<string> {
  const password = saltedHash(randomBytes(18));
  await store.write(function* () {
    const keys = {
      identityKey: randomBytes(33),
      accessKey: randomBytes(16),
      authCredentialSalt: randomBytes(16),
    };
    yield* putAccount(
      { aci, ...keys, unrestrictedAccess: false, recovery: saltedHash(randomBytes(32)) },
      20_000,
    );
    yield* addDevice(aci, {
      id: 1,
      password,
      attributes: ATTRIBUTES,
      day: 20_000,
      createdSealed: randomBytes(50),
    });
  });
  return password.salt;
}

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
])('the relay’s store on %s', (_, open) => {
  it('keeps the same, whoever looks, and lets each thing happen once', async () => {
    const { store, other, close } = await open();
    try {
      // Accounts: with all their columns, replaced as a whole, and gone with everything that is theirs.
      const aci = newAci();
      const login = await register(store, aci);
      expect(await other.findAccount(aci)).toEqual(await store.read(() => readAccount(aci)));
      expect(await other.findAccount(aci)).toMatchObject({
        aci,
        unrestrictedAccess: false,
        devices: [
          {
            id: 1,
            registrationId: 7,
            pniRegistrationId: 8,
            capabilities: { spqr: true },
            lastSeenDay: 20_000,
          },
        ],
      });
      await store.write(() => setLastSeen(aci, 1, 20_001));
      expect((await other.findAccount(aci))?.devices[0]?.lastSeenDay).toBe(20_001);
      const holds = (salt: string) => other.read(() => holdsLogin({ aci, device: 1, login: salt }));
      expect(await holds(login)).toBe(true);
      const second = await register(store, aci);
      expect([await holds(login), await holds(second)]).toEqual([false, true]);

      // Prekeys: replaced as lists, taken once by whoever is first, by order of their IDs; then the last resort.
      const owner: KeyOwner = { aci, device: 1, identity: 'aci' };
      const preKeys = Array.from({ length: 20 }, (__, keyId) => ({ keyId, publicKey: randomBytes(33) }));
      const [signedPreKey, pqLastResortPreKey] = [signed(1, 33), signed(2, 1569)];
      const keys = { preKeys, pqPreKeys: [signed(5, 1569)], signedPreKey, pqLastResortPreKey };
      await store.write(() =>
        setPreKeys(owner, { ...keys, preKeys: [{ keyId: 99, publicKey: randomBytes(33) }] }),
      );
      await store.write(() => setPreKeys(owner, keys));
      await store.write(() => setPreKeys({ ...owner, identity: 'pni' }, keys));
      expect(await other.read(() => countPreKeys(owner))).toEqual({ count: 20, pqCount: 1 });
      expect(await other.read(() => readLastingKeys(owner))).toEqual({
        ec: signedPreKey,
        kyber: pqLastResortPreKey,
      });
      const taken = await Promise.all(
        Array.from({ length: 30 }, (__, index) =>
          (index % 2 === 0 ? store : other).write(() => takePreKeys(owner)),
        ),
      );
      const ids = taken.flatMap((one) => one?.preKey?.keyId ?? []);
      expect([...ids].sort((left, right) => left - right)).toEqual(preKeys.map(({ keyId }) => keyId));
      expect(taken.filter((one) => one?.pqPreKey.keyId === 5)).toHaveLength(1);
      expect(await store.read(() => countPreKeys({ ...owner, identity: 'pni' }))).toEqual({
        count: 20,
        pqCount: 1,
      });

      // Records, byte for byte.
      const record = randomBytes(16_000);
      await store.write(() => storeRecord(aci, randomBytes(10)));
      await store.write(() => storeRecord(aci, record));
      expect(toHex((await other.read(() => readRecord(aci))) as Bytes)).toBe(toHex(record));

      await store.write(() => removeAccount(aci));
      expect(await other.findAccount(aci)).toBeUndefined();
      expect(await other.read(() => countPreKeys(owner))).toEqual({ count: 0, pqCount: 0 });
      expect(await other.read(() => readRecord(aci))).toBeUndefined();

      // A ticket is one request's, however many come at once; receipts and work are spent once.
      const ticketHash = randomBytes(32);
      await store.write(() => addTicket(ticketHash, 20_050));
      const claims = await Promise.all(
        Array.from({ length: 20 }, (__, index) =>
          (index % 2 === 0 ? store : other).write(() =>
            claimTicket({ ticketHash, requestHash: randomBytes(32), day: 20_000, receiptDay: 20_060 }),
          ),
        ),
      );
      const outcomes = claims.map(({ outcome }) => outcome).sort();
      expect(outcomes).toEqual(['claimed', ...Array.from({ length: 19 }, () => 'used')]);
      const serial = randomBytes(16);
      const spent = await Promise.all(
        [store, other].map((one) => one.write(() => spendReceipt(serial, 20_060))),
      );
      expect(spent.sort()).toEqual([false, true]);
      const worked = await Promise.all([store, other].map((one) => one.write(() => spendStamp('ab', 5_000))));
      expect(worked.sort()).toEqual([false, true]);
      await store.write(() => forgetSpent(5_001, 20_061));
      expect(await other.write(() => spendReceipt(serial, 20_090))).toBe(true);

      const tag = randomBytes(16);
      const seen = await Promise.all(
        [store, other].map((one) => one.write(() => one.seenRequests.see(tag, 1, 10_000))),
      );
      expect(seen.sort()).toEqual(['first', 'seen']);
    } finally {
      await close();
    }
  });
});

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
])('what the relay keeps of phone numbers on %s', (_, open) => {
  it('is the same for whoever looks, and a number is one account’s', async () => {
    const { store, other, close } = await open();
    try {
      // A session is opened by its identifier, until its time is over.
      const id = randomBytes(32);
      const state = { number: '+12065550100', sent: [], tries: 0, triedAt: 0, verified: false };
      await store.write(() => writeVerification(id, state, 1_000));
      await store.write(() => writeVerification(id, { ...state, tries: 3 }, 2_000));
      const end = 2_000 + VERIFICATION_LIFETIME;
      expect(await other.read(() => readVerification(id, end - 1))).toEqual({ ...state, tries: 3 });
      expect(await other.read(() => readVerification(id, end))).toBeUndefined();
      expect(await other.read(() => readVerification(randomBytes(32), 2_000))).toBeUndefined();
      await store.write(() => forgetVerifications(end));
      expect(await other.read(() => readVerification(id, 2_000))).toBeUndefined();

      // Whoever comes first has the number, however many come at once.
      const [numberHash, pni] = [randomBytes(32), randomBytes(16)];
      const phone = { numberHash, pni, identityKey: randomBytes(33), discoverable: true };
      const claims = await Promise.all(
        Array.from({ length: 8 }, (__, index) => claimNumber(index % 2 === 0 ? store : other, phone)),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      const held = await other.read(() => readAccountOfNumber(numberHash));
      expect(held?.phone).toEqual(phone);
      const aci = held?.aci as Aci;
      expect((await store.read(() => readAccountOfPni(pni)))?.aci).toEqual(aci);

      // Another number: the former one and its PNI are nobody's, and its keys are gone.
      const owner: KeyOwner = { aci, device: 1, identity: 'pni' };
      const keys = { preKeys: [{ keyId: 1, publicKey: randomBytes(33) }], pqPreKeys: [] };
      await store.write(() => setPreKeys(owner, { ...keys, signedPreKey: signed(1, 33) }));
      const next = { ...phone, numberHash: randomBytes(32), pni: randomBytes(16) };
      await store.write(() => setPhone(aci, next, new Map([[1, 99]])));
      expect(await other.findAccount(aci)).toMatchObject({
        phone: next,
        devices: [{ pniRegistrationId: 99 }],
      });
      expect(await other.read(() => readAccountOfNumber(numberHash))).toBeUndefined();
      expect(await other.read(() => readAccountOfPni(pni))).toBeUndefined();
      expect(await other.read(() => countPreKeys(owner))).toEqual({ count: 0, pqCount: 0 });
      expect(await other.read(() => readLastingKeys(owner))).toEqual({});

      await store.write(() => setDiscoverable(aci, false));
      expect((await other.findAccount(aci))?.phone?.discoverable).toBe(false);
      const login = (await other.findAccount(aci))?.devices[0]?.password.salt ?? '';
      await store.write(() => freezeLogins(aci, { keepRecovery: true }));
      expect(await other.read(() => holdsLogin({ aci, device: 1, login }))).toBe(false);
      expect((await other.findAccount(aci))?.recovery).toBeDefined();
      await store.write(() => freezeLogins(aci, { keepRecovery: false }));
      expect((await other.findAccount(aci))?.recovery).toBeUndefined();
    } finally {
      await close();
    }
  });
});

/** A registration with a number: false when somebody has it. */
async function claimNumber(store: RelayStore, phone: PhoneIdentity): Promise<boolean> {
  const aci = newAci();
  return store.write(function* () {
    if ((yield* readAccountOfNumber(phone.numberHash)) !== undefined) return false;
    const keys = { identityKey: randomBytes(33), authCredentialSalt: randomBytes(16) };
    const recovery = saltedHash(randomBytes(32));
    yield* putAccount({ aci, ...keys, unrestrictedAccess: true, recovery, phone }, 20_000);
    yield* addDevice(aci, {
      id: 1,
      password: saltedHash(randomBytes(18)),
      attributes: ATTRIBUTES,
      day: 20_000,
    });
    return true;
  });
}

it('has the same tables and columns on both engines', async () => {
  const [sqlite, postgres] = [await onSqlite(), await onPostgres()];
  try {
    const named = (found: readonly Readonly<Record<string, unknown>>[]) =>
      found.map(({ table_name: table, column_name: column }) => `${table}.${column}`).sort();
    const here = await sqlite.store.read(() =>
      rows(
        `SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
      ),
    );
    const there = await postgres.store.read(() =>
      rows(
        `SELECT table_name, column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> 'schema_version'`,
      ),
    );
    expect(named(here).length).toBeGreaterThan(60);
    expect(named(there)).toEqual(named(here));
  } finally {
    await Promise.all([sqlite.close(), postgres.close()]);
  }
});
