import fc from 'fast-check';
import { expect, it } from 'vitest';
import { obeysBodyLaws, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const LOCK = '0123456789abcdef'.repeat(4);

obeysBodyLaws({
  name: 'registration lock',
  values: fc.record({ registrationLock: fc.constantFrom(LOCK, LOCK.toUpperCase()) }),
  format: protocol.formatRegistrationLock,
  parse: protocol.parseRegistrationLock,
  required: ['registrationLock'],
  refused: [
    ['registrationLock', ''],
    ['registrationLock', LOCK.slice(1)],
    ['registrationLock', `${LOCK}0`],
    ['registrationLock', `${LOCK.slice(1)}g`],
  ],
});

obeysBodyLaws({
  name: 'refusal by a registration lock',
  values: fc.record(
    {
      timeRemaining: fc.nat(),
      svr2Credentials: fc.record({ username: wordOf(1, 32), password: wordOf(1, 64) }),
    },
    { requiredKeys: ['timeRemaining'] },
  ),
  format: protocol.formatRegistrationLockFailure,
  parse: protocol.parseRegistrationLockFailure,
  required: ['timeRemaining'],
  refused: [
    ['timeRemaining', -1],
    ['svr2Credentials.username', ''],
  ],
});

it('names no credentials of a server that has none', () => {
  expect(protocol.formatRegistrationLockFailure({ timeRemaining: 5 })).toEqual({
    timeRemaining: 5,
    svr2Credentials: null,
  });
});
