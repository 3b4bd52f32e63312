import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { aciFromBytes } from '@sotto/identity';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addDevice, holdsLogin, putAccount, readAccount, removeAccount, setLastSeen } from './accounts.ts';
import { openRelayStore, type RelayStore } from './relay-store.ts';
import { saltedHash } from './salted-hash.ts';

let folder: string;
let store: RelayStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-accounts-'));
  store = openRelayStore(join(folder, 'relay.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const aci = aciFromBytes(new Uint8Array(16).fill(8));

/** Register device 1 with a password of its own; what a login with it carries. */
async function register(): Promise<string> {
  const password = saltedHash(randomBytes(18));
  const attributes = {
    fetchesMessages: true,
    registrationId: 1,
    unrestrictedUnidentifiedAccess: true,
    discoverableByPhoneNumber: false,
    capabilities: {},
  };
  await store.write(function* () {
    yield* putAccount(
      {
        aci,
        identityKey: randomBytes(33),
        unrestrictedAccess: true,
        recovery: saltedHash(randomBytes(32)),
        authCredentialSalt: randomBytes(16),
      },
      1,
    );
    yield* addDevice(aci, { id: 1, password, attributes, day: 1 });
  });
  return password.salt;
}

const holds = (device: number, login: string): Promise<boolean> =>
  store.read(() => holdsLogin({ aci, device, login }));

it('a login holds until its device is registered anew or gone', async () => {
  const first = await register();
  expect(await holds(1, first)).toBe(true);
  expect(await holds(2, first)).toBe(false);
  const second = await register();
  expect(await holds(1, first)).toBe(false);
  expect(await holds(1, second)).toBe(true);
  await store.write(() => removeAccount(aci));
  expect(await holds(1, second)).toBe(false);
});

it('an account in memory is never what a transaction has not committed', async () => {
  await register();
  const day = async () => (await store.findAccount(aci))?.devices[0]?.lastSeenDay;
  expect(await day()).toBe(1);
  const undone = store.write(function* () {
    yield* setLastSeen(aci, 1, 2);
    expect((yield* readAccount(aci))?.devices[0]?.lastSeenDay).toBe(2);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await day()).toBe(1);
  expect(await store.findAccount(aci)).toBe(await store.findAccount(aci));
  await store.write(() => setLastSeen(aci, 1, 3));
  expect(await day()).toBe(3);
  await store.write(() => removeAccount(aci));
  expect(await day()).toBeUndefined();
});
