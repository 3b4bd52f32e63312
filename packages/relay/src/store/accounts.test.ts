import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { aciFromBytes } from '@sotto/identity';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRelayStore, type RelayStore } from './relay-store.ts';
import { saltedHash } from './salted-hash.ts';

let folder: string;
let store: RelayStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-accounts-'));
  store = openRelayStore(join(folder, 'relay.db'));
});
afterEach(() => {
  store.close();
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
  await store.write(() => {
    store.accounts.put(
      {
        aci,
        identityKey: randomBytes(33),
        unrestrictedAccess: true,
        recovery: saltedHash(randomBytes(32)),
        authCredentialSalt: randomBytes(16),
      },
      1,
    );
    store.accounts.addDevice(aci, { id: 1, password, attributes, day: 1 });
  });
  return password.salt;
}

it('a login holds until its device is registered anew or gone', async () => {
  const first = await register();
  expect(store.accounts.holds({ aci, device: 1, login: first })).toBe(true);
  expect(store.accounts.holds({ aci, device: 2, login: first })).toBe(false);
  const second = await register();
  expect(store.accounts.holds({ aci, device: 1, login: first })).toBe(false);
  expect(store.accounts.holds({ aci, device: 1, login: second })).toBe(true);
  await store.write(() => store.accounts.remove(aci));
  expect(store.accounts.holds({ aci, device: 1, login: second })).toBe(false);
});

it('an account in memory is never what a transaction has not committed', async () => {
  await register();
  const day = () => store.accounts.find(aci)?.devices[0]?.lastSeenDay;
  expect(day()).toBe(1);
  const undone = store.write(() => {
    store.accounts.seen(aci, 1, 2);
    expect(day()).toBe(2);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(day()).toBe(1);
  expect(store.accounts.find(aci)).toBe(store.accounts.find(aci));
  await store.write(() => store.accounts.seen(aci, 1, 3));
  expect(day()).toBe(3);
  await store.write(() => store.accounts.remove(aci));
  expect(day()).toBeUndefined();
});
