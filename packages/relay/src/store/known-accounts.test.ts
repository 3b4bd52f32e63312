import { toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { aciFromBytes } from '@sotto/identity';
import { expect, it } from 'vitest';
import type { StoredAccount } from './accounts.ts';
import { KnownAccounts } from './known-accounts.ts';

const MOST = 10_000;

const account = (): StoredAccount => ({
  aci: aciFromBytes(randomBytes(16)),
  identityKey: randomBytes(33),
  unrestrictedAccess: false,
  authCredentialSalt: randomBytes(16),
  devices: [],
});

it('reads an account once, until it is forgotten, and asks again after one that is not there', async () => {
  const [before, after] = [account(), account()];
  const read: (StoredAccount | undefined)[] = [undefined, before, after];
  const known = new KnownAccounts(() => read.shift());
  expect(known.now(before.aci)).toBeUndefined();
  expect(await known.find(before.aci)).toBe(before);
  expect([known.now(before.aci), await known.find(before.aci)]).toEqual([before, before]);
  known.forget(toHex(before.aci));
  expect([await known.find(before.aci), known.now(before.aci), read]).toEqual([after, after, []]);
});

it('knows so many and no more', () => {
  const all = Array.from({ length: MOST + 1 }, account);
  const byAci = new Map(all.map((one) => [toHex(one.aci), one]));
  const asked: string[] = [];
  const known = new KnownAccounts((aci) => {
    asked.push(toHex(aci));
    return byAci.get(toHex(aci));
  });
  for (const { aci } of all) known.now(aci);
  expect(asked.splice(0)).toHaveLength(MOST + 1);
  for (const { aci } of [...all].reverse()) known.now(aci);
  expect(asked).toEqual([toHex(all[0]?.aci ?? new Uint8Array())]);
});
