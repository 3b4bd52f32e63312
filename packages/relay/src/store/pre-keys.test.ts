import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { openSqliteStore, rows, type Store } from '@sotto/database';
import { aciFromBytes } from '@sotto/identity';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addDevice, putAccount } from './accounts.ts';
import { countPreKeys, setPreKeys } from './pre-keys.ts';
import { saltedHash } from './salted-hash.ts';
import { RELAY_MIGRATIONS } from './schema.ts';

const aci = aciFromBytes(randomBytes(16));
const owner = { aci, device: 1, identity: 'aci' } as const;

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-keys-'));
  store = openSqliteStore({ path: join(folder, 'relay.db'), migrations: RELAY_MIGRATIONS });
  const attributes = { fetchesMessages: true, registrationId: 1, capabilities: {} };
  await store.write(function* () {
    const rest = { unrestrictedAccess: true, authCredentialSalt: randomBytes(16) };
    yield* putAccount({ aci, identityKey: randomBytes(33), ...rest }, 1);
    yield* addDevice(aci, { id: 1, password: saltedHash(randomBytes(18)), attributes, day: 1 });
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const key = (keyId: number) => ({ keyId, publicKey: randomBytes(33) });
const signed = (keyId: number) => ({ ...key(keyId), signature: randomBytes(64) });
const many = <Key>(make: (keyId: number) => Key, count: number) =>
  Array.from({ length: count }, (_, index) => make(index + 1));

it('stores a hundred keys of each kind in a few statements, and what a repeated number was last', async () => {
  let statements = 0;
  await store.write(function* () {
    const steps = setPreKeys(owner, { preKeys: many(key, 100), pqPreKeys: many(signed, 100) });
    for (let next = steps.next(); next.done !== true; statements += 1) next = steps.next(yield next.value);
  });
  expect(statements).toBe(4);
  expect(await store.read(() => countPreKeys(owner))).toEqual({ count: 100, pqCount: 100 });
  const [first, last] = [signed(7), signed(7)];
  await store.write(() =>
    setPreKeys(owner, { preKeys: many(key, 123), pqPreKeys: [first, signed(8), last] }),
  );
  expect(await store.read(() => countPreKeys(owner))).toEqual({ count: 123, pqCount: 2 });
  const found = await store.read(() =>
    rows('SELECT signature FROM one_time_key WHERE kind = ?  AND key_id = 7', ['kyber']),
  );
  expect(found).toEqual([{ signature: last.signature }]);
});
