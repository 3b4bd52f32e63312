import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { openPostgres, rows, run } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { startPostgres } from '@sotto/test-servers';
import { describe, expect, it } from 'vitest';
import { FORGET_BATCH } from '../src/constants.ts';
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
import { countCode, forgetCodeCounts } from '../src/store/code-counts.ts';
import {
  idleAccounts,
  idleDevices,
  removeDevice,
  setDeviceCapabilities,
  setDeviceName,
} from '../src/store/devices.ts';
import { readHoldings } from '../src/store/holdings.ts';
import { readIdentityKeys } from '../src/store/identity-keys.ts';
import {
  addLinkToken,
  forgetLinkTokens,
  readLinkedDevice,
  readLinkToken,
  spendLinkToken,
} from '../src/store/link-tokens.ts';
import { addTicket, claimTicket, forgetSpent, spendReceipt, spendStamp } from '../src/store/once.ts';
import { awaitParcel, forgetParcels, handParcel, leaveParcel, readParcel } from '../src/store/parcels.ts';
import {
  countPreKeys,
  type KeyOwner,
  readLastingKeys,
  setPreKeys,
  takePreKeys,
} from '../src/store/pre-keys.ts';
import { putProfile, readAvatars, readProfile } from '../src/store/profiles.ts';
import { readRecord, storeRecord } from '../src/store/records.ts';
import { hashLock, setRegistrationLock } from '../src/store/registration-lock.ts';
import { openRelayStore, openSharedRelayStore, type RelayStore } from '../src/store/relay-store.ts';
import { saltedHash } from '../src/store/salted-hash.ts';
import {
  awaitReclaim,
  confirmUsername,
  findUsernameOwner,
  forgetUsernames,
  giveUpUsername,
  readUsername,
  readUsernameLink,
  reserveUsername,
  setUsernameLink,
} from '../src/store/usernames.ts';

const DAY = 86_400_000;
const HOUR = DAY / 24;

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
  const [store, other] = [await openSharedRelayStore(first), await openSharedRelayStore(second)];
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
      const numbers = [await store.numberConnection(), await other.numberConnection()];
      expect(await store.numberConnection()).toBeGreaterThan(Math.max(...numbers));
      expect(numbers[1]).toBeGreaterThan(numbers[0] ?? 0);
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

      // Of the codes of an hour no more are counted than there may be, however many ask at once.
      const count = (one: RelayStore, now: number) => one.write(() => countCode(now, 3));
      const counted = await Promise.all(
        Array.from({ length: 6 }, (__, index) => count(index % 2 === 0 ? store : other, 7 * HOUR + index)),
      );
      expect(counted.filter((ok) => ok)).toHaveLength(3);
      expect([await count(other, 8 * HOUR - 1), await count(store, 8 * HOUR)]).toEqual([false, true]);
      await other.write(() => forgetCodeCounts(8 * HOUR - 1));
      expect(await count(store, 8 * HOUR - 1)).toBe(false);
      await other.write(() => forgetCodeCounts(8 * HOUR));
      expect(await count(store, 8 * HOUR - 1)).toBe(true);
      expect(await store.write(() => countCode(9 * HOUR, 0))).toBe(false);

      // A code links one device, and is known to its account from then on.
      const [someone, stranger] = [newAci(), newAci()];
      await register(store, someone);
      const code = randomBytes(32);
      await store.write(() => addLinkToken(code, someone, 100));
      expect(await other.read(() => readLinkToken(code, 99))).toEqual(someone);
      expect(await other.read(() => readLinkToken(code, 100))).toBeUndefined();
      expect(await other.read(() => readLinkedDevice(code, someone, 99))).toBeUndefined();
      await store.write(() => spendLinkToken(code, 2, 200));
      expect(await other.read(() => readLinkToken(code, 99))).toBeUndefined();
      expect(await other.read(() => readLinkedDevice(code, someone, 199))).toBe(2);
      expect(await other.read(() => readLinkedDevice(code, stranger, 199))).toBeUndefined();
      await other.write(() => forgetLinkTokens(200));
      expect(await store.read(() => readLinkedDevice(code, someone, 0))).toBeUndefined();

      // A parcel is handed to whoever waits, once; one that is left takes the place of the one before.
      const [address, content] = [randomBytes(32), randomBytes(100_000)];
      const hand = (bytes: Bytes) => other.write(() => handParcel(address, bytes, 99));
      expect(await hand(content)).toBe(false);
      await store.write(() => awaitParcel(address, 100));
      expect(await store.read(() => readParcel(address, 0))).toBeUndefined();
      expect([await hand(content), await hand(content), await hand(randomBytes(5))]).toEqual([
        true,
        true,
        false,
      ]);
      expect(toHex((await store.read(() => readParcel(address, 99))) as Bytes)).toBe(toHex(content));
      await other.write(() => leaveParcel(address, randomBytes(5), 300));
      expect(await store.read(() => readParcel(address, 200))).toHaveLength(5);
      await other.write(() => forgetParcels(300));
      expect(await store.read(() => readParcel(address, 0))).toBeUndefined();

      // Idle devices and accounts, and those of accounts with a record; names of devices that are there.
      const attributes = { fetchesMessages: true, registrationId: 9, capabilities: {} };
      const linked = { id: 2, password: saltedHash(randomBytes(18)), attributes, day: 19_000 };
      await store.write(() => addDevice(someone, linked));
      expect(await other.read(() => idleDevices(19_000, 10))).toEqual([]);
      expect(await other.read(() => idleDevices(19_001, 10))).toEqual([{ aci: someone, device: 2 }]);
      expect(await other.read(() => idleAccounts(20_000, 10))).toEqual([]);
      expect(await other.read(() => idleAccounts(20_001, 10))).toEqual([someone]);
      await store.write(() => storeRecord(someone, record));
      expect(await other.read(() => idleDevices(19_001, 10))).toEqual([]);
      const name = (device: number) =>
        other.write(() => setDeviceName({ aci: someone, device }, randomBytes(70)));
      expect([await name(2), await name(3)]).toEqual([true, false]);
      await store.write(() => setDeviceCapabilities({ aci: someone, device: 2 }, { spqr: true }));
      expect((await store.findAccount(someone))?.devices[1]?.capabilities).toEqual({ spqr: true });
      await store.write(() => removeDevice({ aci: someone, device: 2 }));
      expect((await store.findAccount(someone))?.devices.map(({ id }) => id)).toEqual([1]);

      const tag = randomBytes(16);
      const seen = await Promise.all([store, other].map((one) => one.seenRequests.see(tag, 10_000)));
      expect(seen.sort()).toEqual(['first', 'seen']);
    } finally {
      await close();
    }
  });

  it('forgets a few at a time', async () => {
    const { store, close } = await open();
    try {
      const stamps = Array.from({ length: FORGET_BATCH + 1 }, (_, count) => `('${count}', 1)`).join(', ');
      await store.write(() => run(`INSERT INTO spent_work (stamp, expires_at) VALUES ${stamps}`));
      const tag = randomBytes(16);
      await store.seenRequests.see(tag, 1);
      const forget = () => store.write(() => forgetSpent(2, 0));
      expect([await forget(), await forget(), await forget()]).toEqual([FORGET_BATCH, 1, 0]);
      await store.seenRequests.forget(2);
      expect(await store.seenRequests.see(tag, 9)).toBe('first');
    } finally {
      await close();
    }
  });

  it('keeps names, profiles and locks, and gives each name to one', async () => {
    const { store, other, close } = await open();
    try {
      const [aci, rival] = [newAci(), newAci()];
      const login = await register(store, aci);
      await register(store, rival);
      const now = 1_000_000;
      const [hash, second] = [randomBytes(32), randomBytes(32)];
      const reservations = await Promise.all([
        store.write(() => reserveUsername(aci, [hash, second], now)),
        other.write(() => reserveUsername(rival, [hash, second], now)),
      ]);
      expect(reservations.map((one) => toHex(one as Bytes)).sort()).toEqual(
        [hash, second].map((one) => toHex(one)).sort(),
      );
      const [own = hash] = reservations;
      const encryptedUsername = randomBytes(112);
      const confirm = (who: Aci, one: Bytes, linkHandle = randomBytes(16), later = 0) =>
        other.write(() =>
          confirmUsername({ aci: who, hash: one, encryptedUsername, linkHandle, now: now + later }),
        );
      expect(await confirm(rival, own)).toEqual({ outcome: 'taken' });
      const linkHandle = randomBytes(16);
      expect(await confirm(aci, own, linkHandle)).toEqual({ outcome: 'confirmed', linkHandle });
      expect(await store.read(() => readUsername(aci))).toEqual({ hash: own, linkHandle });
      expect(await store.read(() => readUsernameLink(linkHandle))).toEqual(encryptedUsername);
      expect(await store.read(() => findUsernameOwner(own))).toEqual(aci);
      await store.write(() => awaitReclaim(aci, now));
      expect(await other.read(() => readUsernameLink(linkHandle))).toBeUndefined();
      expect(await confirm(aci, own)).toEqual({ outcome: 'confirmed', linkHandle });
      const moved = await store.write(() =>
        setUsernameLink({ aci, encryptedUsername, keeps: false, linkHandle: randomBytes(16) }),
      );
      expect(moved).not.toEqual(linkHandle);
      await store.write(() => giveUpUsername(aci, now));
      expect(await store.write(() => reserveUsername(rival, [own], now + 1))).toBeUndefined();
      await store.write(() => forgetUsernames(now + 7 * DAY + 1));
      expect(await store.write(() => reserveUsername(rival, [own], now + 7 * DAY + 1))).toEqual(own);

      // Profiles: eight, and the pictures of those that go.
      const profiles = Array.from({ length: 10 }, (__, index) => ({
        version: randomBytes(32),
        commitment: randomBytes(97),
        name: randomBytes(81),
        avatar: `profiles/${index}`,
      }));
      const dropped: string[] = [];
      for (const [day, profile] of profiles.entries()) {
        dropped.push(...(await store.write(() => putProfile(aci, profile, day))));
      }
      expect(dropped).toEqual(['profiles/0', 'profiles/1']);
      const [newest] = profiles.slice(-1);
      const version = newest?.version ?? new Uint8Array();
      expect(await other.read(() => readProfile(aci, version))).toEqual(newest);
      expect((await other.findAccount(aci))?.profileVersion).toEqual(version);
      expect(await other.read(() => readAvatars(aci))).toHaveLength(8);

      // Identity keys by either name.
      const account = await store.findAccount(aci);
      const found = await other.read(() =>
        readIdentityKeys([
          { kind: 'aci', uuid: aci },
          { kind: 'pni', uuid: aci },
        ]),
      );
      expect([...found.aci]).toEqual([[toHex(aci), account?.identityKey]]);
      expect([...found.pni]).toEqual([]);
      expect(await other.read(() => readAccountOfPni(aci))).toBeUndefined();

      const lock = hashLock('0'.repeat(64));
      await store.write(() => setRegistrationLock(aci, lock));
      expect((await other.findAccount(aci))?.lock).toEqual(lock);
      await store.write(() => freezeLogins(aci, { keepRecovery: false }));
      expect(await other.read(() => holdsLogin({ aci, device: 1, login }))).toBe(false);
      expect((await other.findAccount(aci))?.recovery).toBeUndefined();
      const holdings = await other.read(() => readHoldings(aci));
      expect(
        Object.fromEntries(holdings.map(({ table, rows: { length } }) => [table, length])),
      ).toMatchObject({
        account: 1,
        device: 1,
        username: 0,
        profile: 8,
      });
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

it('has the same indexes on both engines', async () => {
  const [sqlite, postgres] = [await onSqlite(), await onPostgres()];
  try {
    const here = await sqlite.store.read(() =>
      rows("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"),
    );
    const there = await postgres.store.read(() =>
      rows(
        "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%key' ORDER BY 1",
      ),
    );
    expect(here.length).toBeGreaterThan(10);
    expect(there).toEqual(here);
  } finally {
    await Promise.all([sqlite.close(), postgres.close()]);
  }
});

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
