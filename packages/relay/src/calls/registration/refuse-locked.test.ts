import { TokenBuckets } from '@sotto/limits';
import { expect, it } from 'vitest';
import type { RelayContext } from '../../context.ts';
import { createEvents } from '../../events.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { saltedHash } from '../../store/salted-hash.ts';
import { overLockTries } from './refuse-locked.ts';

it('are tried ten times, and one more a day; without one, as often as somebody likes', () => {
  const DAY = 86_400_000;
  let time = 0;
  const context = {
    limits: { registrationLock: new TokenBuckets({ size: 10, refill: DAY, keys: 10 }) },
    events: createEvents(() => undefined),
    now: () => time,
  } as unknown as RelayContext;
  const locked = { aci: new Uint8Array(16), phone: {}, lock: saltedHash(new Uint8Array(8)) };
  const seenOn = (lastSeenDay: number) =>
    ({ ...locked, devices: [{ lastSeenDay }] }) as unknown as StoredAccount;
  const refused = (lock?: string) => overLockTries(context, seenOn(0), lock)?.status;
  expect(Array.from({ length: 11 }, () => refused('a'))).toEqual([...Array(10).fill(undefined), 429]);
  expect([refused(), refused('')]).toEqual([undefined, undefined]);
  time += DAY;
  expect([refused('a'), refused('a')]).toEqual([undefined, 429]);
  expect(overLockTries(context, undefined, 'a')).toBeUndefined();
  // A lock that has lapsed is nobody's to guess.
  expect(overLockTries(context, seenOn(-8), 'a')).toBeUndefined();
});
